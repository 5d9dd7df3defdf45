/**
 * The due alerts, by the records of the jobs and by the alerts told before.
 *
 * The decision compares states, not events: the streak of outcomes, the counts of missed ticks and lost runs, the
 * overdue tick and the open runs are in each job's record, whichever process wrote them. So a new leader goes on at
 * the end of the last leader's alerts, and an unseen outcome of the time between is still told.
 *
 * A rule tells each kind at most once per job and period. Missed ticks and lost runs of the same period are counted, and
 * told together after the period; a failure or a delay is told then if the trouble is still there.
 *
 * A rule without a place in the state tells of present trouble, and nothing of the past: the counts begin with the
 * present.
 */
import type { JobView, LeaderView } from '@s3sched/operator'
import type { Alert, AlertKind } from './alert.ts'
import type { ResolvedRule } from './alert-rules.ts'
import type { AlertState, Marks } from './alert-state.ts'

export interface AlertInput {
  readonly jobs: readonly JobView[]
  /** `undefined`: not looked at. */
  readonly leader: LeaderView | undefined
  /** Epoch ms. */
  readonly now: number
}

/** An alert without its id and place. */
export type DueAlert = Omit<Alert, 'id' | 'store'>

export interface Decision {
  readonly rules: AlertState['rules']
  readonly alerts: readonly DueAlert[]
}

type Told = Omit<DueAlert, 'rule' | 'kind' | 'job' | 'at'>

/** The name of the fleet among the jobs of a rule's state. */
const FLEET = ''

/** Pure. */
export function decideAlerts(state: AlertState, rules: readonly ResolvedRule[], input: AlertInput): Decision {
  const alerts: DueAlert[] = []
  const decided = rules.map((rule) => {
    const before = state.rules[rule.name]
    const after: Record<string, Marks> = {}
    const turn = (job: string | null, decide: (marks: Teller) => Marks): void => {
      const name = job ?? FLEET
      const marks = before !== undefined && Object.hasOwn(before, name) ? before[name] : undefined
      const teller = new Teller({ rule, job, now: input.now, isNewRule: before === undefined, marks: marks ?? {} })
      const next = teller.withTold(decide(teller))
      if (Object.keys(next).length > 0) after[name] = next
      alerts.push(...teller.alerts)
    }
    for (const job of input.jobs)
      if (job.state !== 'removed' && rule.covers(job.name)) turn(job.name, (t) => ofJob(t, job))
    turn(null, (teller) => ofFleet(teller, input.leader))
    return [rule.name, after] as const
  })
  // Another version of the application may have other rules, and look next.
  return { rules: { ...state.rules, ...Object.fromEntries(decided) }, alerts }
}

interface Asked {
  readonly rule: ResolvedRule
  readonly job: string | null
  readonly now: number
  readonly isNewRule: boolean
  readonly marks: Marks
}

interface Recovery {
  /** False for a lost run that was found, and did not end as a failure. */
  readonly hasSucceeded: boolean
  readonly since: number
}

/** Collects the alerts of a rule about a job. */
class Teller {
  readonly asked: Asked
  readonly alerts: DueAlert[] = []
  readonly #told: Record<string, number>

  constructor(asked: Asked) {
    this.asked = asked
    this.#told = { ...asked.marks.told }
  }

  /** Tells the alert unless the kind was told in this period. @returns whether the matter is settled */
  tell(kind: AlertKind, told: Told): boolean {
    const { job, now, rule } = this.asked
    if (now - (this.#told[kind] ?? -Infinity) < rule.everyMs) return false
    if (rule.on.has(kind)) {
      this.alerts.push({ rule: rule.name, kind, job, at: now, ...told })
      this.#told[kind] = now
    }
    return true
  }

  /** A recovery ends the matter, so it is told at once, however short the period. */
  tellRecovered(name: string, runId: string, { hasSucceeded, since }: Recovery): void {
    const { job, now, rule } = this.asked
    if (!rule.on.has('recovered')) return
    const minutes = Math.max(1, Math.round((now - since) / 60_000))
    const how = hasSucceeded ? 'succeeded again' : 'has not failed after all: its lost run was found'
    const message = `job '${name}' ${how}, ${minutes === 1 ? '1 minute' : `${minutes} minutes`} after it failed`
    this.alerts.push({ rule: rule.name, kind: 'recovered', job, at: now, message, count: 1, runId })
  }

  /** The marks with the times of the alerts; times of past periods are left out. */
  withTold(marks: Marks): Marks {
    const { now, rule } = this.asked
    const recent = Object.entries(this.#told).filter(([, at]) => now - at < rule.everyMs)
    const given = Object.entries(marks).filter(([, value]) => value !== undefined)
    return { ...Object.fromEntries(given), ...(recent.length === 0 ? {} : { told: Object.fromEntries(recent) }) }
  }
}

function ofJob(teller: Teller, job: JobView): Marks {
  return {
    ...failingOf(teller, job),
    ...countOf(teller, job, 'missed'),
    ...countOf(teller, job, 'lost'),
    ...lateOf(teller, job),
    ...stalledOf(teller, job),
  }
}

function failingOf(teller: Teller, { name, statistics: { lastError, lastSuccess, streak } }: JobView): Marks {
  const { marks, now, rule } = teller.asked
  const { failing } = marks
  if (streak.outcome !== 'failure') {
    if (failing !== undefined) {
      const hasSucceeded = streak.outcome === 'success'
      const runId = hasSucceeded ? (lastSuccess?.runId ?? failing.runId) : failing.runId
      teller.tellRecovered(name, runId, { hasSucceeded, since: failing.since })
    }
    return {}
  }
  const count = streak.length
  // Further failures of a matter that was told cost no write.
  const isTold = failing !== undefined && (failing.runId === lastError?.runId || !rule.on.has('failed'))
  if (isTold || count < rule.after || lastError === undefined) return keep({ failing })
  const { message: why, runId, scheduledTime } = lastError
  const message = `job '${name}' ${count === 1 ? 'failed' : `failed ${count} times in a row`}: ${why ?? lastError.status}`
  if (!teller.tell('failed', { message, count, runId, scheduledTime })) return keep({ failing })
  return { failing: { runId, since: failing?.since ?? now } }
}

const COUNTED = {
  missed: (count: number): string => (count === 1 ? '1 tick was missed' : `${count} ticks were missed`),
  lost: (count: number): string => (count === 1 ? '1 run was lost' : `${count} runs were lost`),
} as const

function countOf(teller: Teller, { name, statistics: { counts } }: JobView, kind: 'missed' | 'lost'): Marks {
  const { isNewRule, marks } = teller.asked
  const all = counts[kind]
  const known = isNewRule ? all : (marks[kind] ?? 0)
  // A run that was declared lost may have ended after all.
  if (all <= known) return keep({ [kind]: all === 0 ? undefined : all })
  const count = all - known
  const isTold = teller.tell(kind, { message: `job '${name}': ${COUNTED[kind](count)}`, count })
  return keep({ [kind]: isTold ? all : known === 0 ? undefined : known })
}

function lateOf(teller: Teller, { name, overdueSince }: JobView): Marks {
  const { marks, now } = teller.asked
  if (overdueSince === null) return {}
  if (marks.late === overdueSince) return { late: overdueSince }
  const minutes = Math.round((now - overdueSince) / 60_000)
  const message = `job '${name}' was due ${minutes} minutes ago, and nobody has claimed it`
  const isTold = teller.tell('late', { message, count: 1, scheduledTime: overdueSince })
  return keep({ late: isTold ? overdueSince : marks.late })
}

/** A run with a timeout should end within its attempts; others within the rule's time. */
function stalledOf(teller: Teller, { name, running, spec }: JobView): Marks {
  const { marks, now, rule } = teller.asked
  const { retries, timeout } = spec
  const limitMs = rule.stalledAfterMs ?? (timeout > 0 ? timeout * (retries + 1) + STALLED_GRACE_MS : STALLED_MS)
  const stalled = running.find(({ claimedAt, retryAfter }) => retryAfter === null && now - claimedAt > limitMs)
  if (stalled === undefined) return {}
  if (marks.stalled === stalled.runId) return { stalled: stalled.runId }
  const { claimedAt, runId, scheduledTime, workerId } = stalled
  const minutes = Math.round((now - claimedAt) / 60_000)
  const message = `job '${name}' has run for ${minutes} minutes on ${workerId}`
  const isTold = teller.tell('stalled', { message, count: 1, runId, scheduledTime })
  return keep({ stalled: isTold ? runId : marks.stalled })
}

/** Room for backoffs, for waits for a slot, and for an end that is not written yet. */
const STALLED_GRACE_MS = 5 * 60_000
/** For a job without a timeout. */
const STALLED_MS = 3_600_000

function ofFleet(teller: Teller, leader: LeaderView | undefined): Marks {
  const { marks, rule } = teller.asked
  const [term, earlier] = leader?.state === 'held' ? leader.terms : []
  // A leader writes the begin of a term with the first renewal.
  if (term === undefined || term.since === null || term.until !== null) return keep({ epoch: marks.epoch })
  const { epoch } = term
  if (marks.epoch === undefined || marks.epoch >= epoch || earlier?.end !== 'silent') return { epoch }
  const gapMs = term.since - (earlier.until ?? Infinity)
  if (gapMs < rule.leaderlessAfterMs) return { epoch }
  const seconds = Math.round(gapMs / 1000)
  const message = `the leader ${earlier.workerId} fell silent, and ${term.workerId} led ${seconds} s after its last sign`
  teller.tell('leaderless', { message, count: 1 })
  return { epoch }
}

function keep(marks: { readonly [K in keyof Marks]?: Marks[K] | undefined }): Marks {
  return marks as Marks
}
