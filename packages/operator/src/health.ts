import { toDate, isObject, wrongArgument } from '@s3sched/kernel'
import type { SlotUse } from '@s3sched/executor'
import { type PausedFor, shardOf } from '@s3sched/jobs'
import type { JobView } from './job-view.ts'
import type { LeaderView } from './leader-view.ts'
import type { FleetView, HealthCode, HealthFinding } from './fleet-view.ts'
import { findingsOfRedefined } from './redefined-jobs.ts'
import { findingOfStop, isStoppedFleet } from './stopped-fleet.ts'

/** A leader looks at requests every 15 s, and each look takes some requests to the store; ms. */
const REQUEST_PATIENCE_MS = 60_000
/** A run that waits for a slot starts late; ms. */
const SLOT_PATIENCE_MS = 2000

/**
 * The findings on a fleet, the gravest first. Pure.
 * @param at - the form of an instant in the messages. @default ISO 8601, in UTC
 */
export function assessHealth(fleet: FleetView, at: (instant: number) => string = isoText): HealthFinding[] {
  if (!isObject(fleet) || !Array.isArray(fleet.jobs)) {
    throw wrongArgument('assessHealth', 'a fleet, as readFleet() gives it', fleet)
  }
  const findings = [
    ...ofLeader(fleet, at),
    ...ofBlocked(fleet, at),
    ...findingsOfRedefined(fleet),
    ...ofUnreadable(fleet),
    ...fleet.jobs.flatMap((job) => ofJob(job, fleet, at)),
  ]
  for (const { jobName, kind, requestedAt } of fleet.requests) {
    const waitsMs = fleet.now - requestedAt
    if (kind !== 'run' || waitsMs <= REQUEST_PATIENCE_MS) continue
    findings.push({
      level: 'problem',
      code: 'REQUEST_WAITS',
      job: jobName,
      message: `a request to run it has waited for ${Math.round(waitsMs / 1000)} s`,
      advice: 'Start an instance that has its action, or look into the log of the leader',
    })
  }
  return findings.toSorted((a, b) => Number(b.level === 'problem') - Number(a.level === 'problem'))
}

/** True where no application has started, such as in a wrong bucket. Pure. */
export function isEmptyFleet({ jobs, leader, unreadable, workers }: FleetView): boolean {
  return leader.state === 'missing' && [jobs, unreadable, workers].every(({ length }) => length === 0)
}

/**
 * - `healthy`: nothing has to be done
 * - `stopped`: every instance was stopped in order, and nothing else is wrong
 * - `needs-attention`: somebody should act
 */
export type FleetVerdict = 'healthy' | 'stopped' | 'needs-attention'

/** The sum of the findings of {@link assessHealth}. Pure. */
export function verdictOf(findings: readonly HealthFinding[]): FleetVerdict {
  if (!Array.isArray(findings)) throw wrongArgument('verdictOf', 'the findings of assessHealth()', findings)
  if (findings.some(({ level }) => level === 'problem')) return 'needs-attention'
  return findings.some(({ code }) => code === 'FLEET_STOPPED') ? 'stopped' : 'healthy'
}

function isoText(instant: number): string {
  return toDate(instant).toISOString()
}

function ofLeader(fleet: FleetView, at: (instant: number) => string): HealthFinding[] {
  const { jobs, leader, workers } = fleet
  const problem = { level: 'problem', job: null } as const
  if (isEmptyFleet(fleet)) {
    const message = 'no job, no instance and no leader is here'
    return [
      { ...problem, code: 'NOTHING_HERE', message, advice: 'Start an instance, or look at another bucket or prefix' },
    ]
  }
  if (leader.state === 'unreadable') {
    const message = `the leader's lease can't be read: ${leader.problem}`
    return [{ ...problem, code: 'LEADER_UNREADABLE', message, advice: 'Upgrade this tool, or look at leader.json' }]
  }
  if (leader.state === 'held') {
    if (!leader.isSilent) return [...ofSlots(leader.slots), ...ofAbandoned(leader.slots)]
    const silence = `nothing was heard of it for ${Math.round(leader.renewedMs / 1000)} s`
    const proof = leader.isGone ? `its process is gone (${leader.process})` : silence
    const message = `the leader ${leader.workerId} is dead: ${proof}`
    return [{ ...problem, code: 'LEADER_SILENT', message, advice: 'Start an instance: it takes over at once' }]
  }
  if (isStoppedFleet({ leader, workers })) return [findingOfStop({ jobs, leader }, at)]
  if (!jobs.some((job) => job.state === 'active' && (job.nextRun ?? job.overdueSince) !== null)) return []
  const count = workers.length
  const there =
    count === 0 ? 'no instance is there' : count === 1 ? '1 instance is there' : `${count} instances are there`
  return [
    {
      ...problem,
      code: 'NO_LEADER',
      message: `nobody leads, and ${there}`,
      advice: 'Start an instance; with enableCoordinator: false, nobody is meant to lead',
    },
  ]
}

function ofSlots(slots: SlotUse | null): HealthFinding[] {
  if (slots === null || slots.waiting === 0 || slots.longestWaitMs < SLOT_PATIENCE_MS) return []
  const { longestWaitMs, max, waiting } = slots
  return [
    {
      level: 'problem',
      code: 'RUNS_WAIT_FOR_SLOTS',
      job: null,
      message: `${waiting} runs wait for one of ${max} slots, the longest for ${Math.round(longestWaitMs / 1000)} s`,
      advice: 'Raise maxConcurrentJobs where actions wait for the network, or let more instances work by shards',
    },
  ]
}

function ofAbandoned(slots: SlotUse | null): HealthFinding[] {
  if (slots === null || slots.abandoned === 0) return []
  const { abandoned } = slots
  const actions = abandoned === 1 ? '1 action goes on' : `${abandoned} actions go on`
  return [
    {
      level: 'problem',
      code: 'ACTIONS_GO_ON',
      job: null,
      message: `${actions} in the leader's process after the timeout`,
      advice: "Let the actions listen to their `signal`, or give the jobs `isolate: 'thread'`; the log names the jobs",
    },
  ]
}

/** Only leaders notice blocks. */
function ofBlocked({ workers }: FleetView, at: (instant: number) => string): HealthFinding[] {
  return workers.flatMap(({ blocked, workerId }) => {
    if (blocked === undefined) return []
    const seconds = (blocked.ms / 1000).toFixed(1)
    const until = `until ${at(blocked.until)} it leads only if no other instance can`
    return [
      {
        level: 'problem',
        code: 'LOOP_BLOCKED',
        job: null,
        message: `an action blocked the event loop of the leader ${workerId} for ${seconds} s: ${until}`,
        advice: "Give the job's action as a file, with `isolate: 'thread'`; the log names the job",
      },
    ]
  })
}

/** The reason of a pause in a few words, such as `3 failures in a row: disk full`. */
export function failuresText({ error, failures }: PausedFor): string {
  const times = failures === 1 ? '1 failure' : `${failures} failures in a row`
  return error === null ? times : `${times}: ${error}`
}

/** Epochs of different shards can't be compared. */
function leaderOf(jobName: string, leader: LeaderView): LeaderView {
  if (leader.state !== 'held' || leader.shards === undefined) return leader
  return leader.shards[shardOf(jobName, leader.shards.length)] ?? leader
}

function ofUnreadable({ unreadable }: FleetView): HealthFinding[] {
  return unreadable.map(({ kind, name, problem }) => {
    if (kind === 'page') {
      const message = `${name} can't be read, so that its jobs are not shown and do not run: ${problem}`
      const advice = 'Upgrade this tool, or put an earlier version of the object back'
      return { level: 'problem', code: 'PAGE_UNREADABLE', job: null, message, advice }
    }
    return {
      level: 'problem',
      code: 'JOB_UNREADABLE',
      job: name,
      message: `its record can't be read: ${problem}`,
      advice: 'Upgrade this tool, or look at its line in the pages below jobs/',
    }
  })
}

function ofJob(job: JobView, { leader, workers }: FleetView, at: (instant: number) => string): HealthFinding[] {
  const findings: HealthFinding[] = []
  const add = (level: HealthFinding['level'], code: HealthCode, message: string, advice: string): void => {
    findings.push({ level, code, job: job.name, message, advice })
  }
  if (job.state === 'removed') return []
  if (job.scheduleProblem !== null) {
    add('problem', 'SCHEDULE_UNREADABLE', job.scheduleProblem, 'Correct it in the code, or upgrade this tool')
  }
  if (job.orphanedSince !== null) {
    add('notice', 'JOB_ORPHANED', 'no instance defines it any more', 'Remove it in the code, or define it again')
  } else if (job.overdueSince !== null && leader.state === 'held' && Object.hasOwn(leader.unclaimed, job.name)) {
    const message = `nobody claims its ticks since ${at(job.overdueSince)}: no instance that is there has its action`
    add('problem', 'JOB_UNCLAIMED', message, 'Start an instance whose code defines it, or remove it')
  } else if (job.overdueSince !== null && !isStoppedFleet({ leader, workers })) {
    add('problem', 'JOB_OVERDUE', 'a tick was due and nobody has claimed it', 'See whether any instance runs')
  }
  for (const run of job.running) {
    const ofShard = leaderOf(job.name, leader)
    if (ofShard.state !== 'held' || run.role !== 'leader' || (run.epoch ?? 0) >= ofShard.epoch) continue
    const message = `run ${run.runId} was started by ${run.workerId} in epoch ${run.epoch}, which is over`
    add('notice', 'RUN_ABANDONED', message, 'The leader resolves it at the next tick of the job')
  }
  const last = job.lastRun
  if (last !== null && last.status !== 'success') {
    const why = last.error === null ? '' : `: ${last.error}`
    add('problem', 'LAST_RUN_FAILED', `its last run ended as ${last.status}${why}`, 'Look at its history')
  }
  if (job.pausedFor !== null) {
    const message = `it was paused ${at(job.pausedFor.at)}, after ${failuresText(job.pausedFor)}`
    add('problem', 'JOB_PAUSED', message, 'Look at its history, and resume it once its cause is mended')
  } else if (job.state === 'paused') add('notice', 'JOB_PAUSED', 'it is paused', 'Resume it when it should run again')
  return findings
}
