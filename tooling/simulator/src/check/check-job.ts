/**
 * Checks each change of a job's record: the allowed changes, and that no tick is passed over in silence.
 *
 * A write of a page may carry several changes of a job, such as the end of a run and the claim of the next. The rules
 * hold for their sum. Ticks are computed here anew, from the schedule in force in the bucket before the change.
 */
import { BY_HAND } from '../ledger.ts'
import { START } from '../world.ts'
import { isSecondTry } from './check-calls.ts'
import { isTicking, lowerBound, nextTick, type JobVersion, type RunEntry } from './job-versions.ts'
import { recordsOf, type RecordedRun } from './recorded-runs.ts'

/** A restored record has a fence above all earlier fences, with at least this gap. */
const RESTORED_GAP = 1_000_000
/** Longest delay between the end of a rest and the leader's reading of the clock, ms. */
const NOTICED_MS = 2000

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>

export interface JobEvidence {
  /** `undefined` where runs leave no record. */
  readonly recorded: Recorded | undefined
  /** Ids of the runs whose action was called. */
  readonly started: ReadonlySet<string>
  /** The end of the last rest before the leaders in office, real ms. */
  readonly restEndedAt: (order: number) => number | undefined
}

export function checkJob(
  job: string,
  versions: readonly JobVersion[],
  { recorded, restEndedAt, started }: JobEvidence,
): string[] {
  const violations: string[] = []
  const say = (version: JobVersion, what: string): void =>
    void violations.push(`${what} (${job}, at ${Math.round(version.at)} ms, by ${version.client})`)
  /** The outcomes of the job, by the position of their write. */
  const outcomes = new Map<number, RecordedRun[]>()
  for (const run of recorded === undefined ? [] : recordsOf(recorded, job)) {
    outcomes.set(run.order, [...(outcomes.get(run.order) ?? []), run])
  }
  /** The last version before the record was deleted, until its past is restored. */
  let deleted: JobVersion | undefined
  let wasDeleted = false
  /** All runs before a version, those of a record that was deleted included. */
  const runs = new Set<string>()
  for (let index = 1; index < versions.length; index++) {
    const [before, after] = [versions[index - 1] as JobVersion, versions[index] as JobVersion]
    if (!before.isDeleted) for (const { runId } of before.running) runs.add(runId)
    if (after.isDeleted && after.client !== BY_HAND) say(after, 'fence: the record was deleted')
    if (after.isDeleted && !before.isDeleted && (deleted === undefined || before.fence > deleted.fence))
      deleted = before
    wasDeleted ||= after.isDeleted
    if (before.isDeleted || after.isDeleted) continue
    if (deleted !== undefined && isReunited(deleted, before, after)) {
      if (after.since < lowerBound(before)) say(after, 'accounting: ticks of a restored record count a second time')
      deleted = undefined
    } else {
      const tell: Say = (what) => say(after, what)
      const forgotten = leftOut(before, after)
      checkFence(before, after, tell)
      const passed =
        recorded === undefined
          ? numberPassed(before, after, forgotten, started)
          : passedIn(outcomes.get(after.order) ?? [], runs)
      checkTicks(before, after, passed, tell)
      checkSince(before, after, restEndedAt(after.order), tell)
      // With a record deleted by hand, a run may be open again that had ended.
      if (recorded !== undefined && !wasDeleted) checkForgotten(after, { forgotten, recorded, started }, tell)
    }
  }
  return violations
}

/** The runs that leave the record. */
function leftOut(before: JobVersion, after: JobVersion): RunEntry[] {
  const named = new Set(after.running.map(({ runId }) => runId))
  return before.running.filter(({ runId }) => !named.has(runId))
}

/** A run leaves the record in the write that brings its outcome into the history. */
function checkForgotten(
  after: JobVersion,
  {
    forgotten,
    recorded,
    started,
  }: Pick<JobEvidence, 'started'> & { readonly forgotten: readonly RunEntry[]; readonly recorded: Recorded },
  say: Say,
): void {
  for (const { runId, trigger, wasLost = false } of forgotten) {
    // The verdict on a run that was opened again came before, and stands if the run is lost again.
    if (wasLost && after.lost.includes(runId)) continue
    const ofRun = (recorded.get(runId) ?? []).filter(({ status }) => !wasLost || status !== 'lost')
    // A manual run without a start is withdrawn, and the caller has heard of the missing start.
    if (ofRun.length === 0 && trigger === 'manual' && !started.has(runId)) continue
    const first = Math.min(...ofRun.map(({ order }) => order))
    if (first > after.order) say(`accounting: run ${runId} was forgotten before it was in the history`)
    if (first < after.order) say(`accounting: run ${runId} was in the history before it was forgotten`)
  }
}

/** Ticks that were settled without a run. */
interface PassedTicks {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** The ticks that a write settles without a run, by its outcomes: a run may end as skipped as well. */
function passedIn(outcomes: readonly RecordedRun[], runs: ReadonlySet<string>): PassedTicks[] {
  return outcomes.filter(({ runId, status }) => PASSED.includes(status) && !runs.has(runId))
}

/** Without records in the history, the statistics tell the number of ticks settled without a run. */
function numberPassed(
  before: JobVersion,
  after: JobVersion,
  forgotten: readonly RunEntry[],
  started: ReadonlySet<string>,
): number {
  // A run that was opened again has counted before.
  const counted = forgotten.filter(({ wasLost }) => wasLost !== true)
  const ended = counted.filter(({ runId, trigger }) => trigger !== 'manual' || started.has(runId))
  const passed = totalOf(after) - totalOf(before) - ended.length
  // A manual run without a start counts if it was cancelled, and does not if it was withdrawn.
  return passed <= counted.length - ended.length ? 0 : passed
}

const PASSED = ['skipped', 'missed']

function totalOf({ counts }: JobVersion): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** True when an instance with the deleted record's past restores the past in a record defined anew elsewhere. */
function isReunited(deleted: JobVersion, before: JobVersion, after: JobVersion): boolean {
  return before.fence <= deleted.fence && after.fence >= before.fence + RESTORED_GAP
}

type Say = (what: string) => void

function entered(before: JobVersion, after: JobVersion): RunEntry[] {
  const known = new Set(before.running.map(({ runId }) => runId))
  return after.running.filter((run) => !known.has(run.runId) && !isReopened(before, run))
}

/** True for a run that was declared lost, and that its process opens again and releases, before any attempt. */
function isReopened(before: JobVersion, { runId, wasLost }: RunEntry): boolean {
  return wasLost === true && before.lost.includes(runId)
}

/** On a slow store, the claims of runs by hand and their withdrawals may go into one write, which shows their fences alone. */
const MOST_WITHDRAWN = 5

/** The fence grows by one with each claim and each takeover, and each run has its own fence. */
function checkFence(before: JobVersion, after: JobVersion, say: Say): void {
  const claimed = entered(before, after)
  const takenOver = after.running.filter((run) =>
    before.running.some(({ fence, runId }) => runId === run.runId && fence !== run.fence),
  )
  const expected = before.fence + claimed.length + takenOver.length
  if (after.fence < expected || after.fence > expected + MOST_WITHDRAWN)
    say(`fence: it went from ${before.fence} to ${after.fence}, and not to ${expected}`)
  for (const { fence } of [...claimed, ...takenOver]) {
    if (fence <= before.fence || fence > after.fence) say(`fence: a run got fence ${fence} after ${before.fence}`)
  }
}

/** Claims and passed ticks account for every tick that `lastTick` moves over. */
function checkTicks(before: JobVersion, after: JobVersion, passed: readonly PassedTicks[] | number, say: Say): void {
  const claims = entered(before, after).filter((run) => run.trigger === 'schedule' && !isSecondTry(run, before, after))
  const isMoved = after.lastTick !== before.lastTick
  const isSettled = claims.length > 0 || (typeof passed === 'number' ? passed > 0 : passed.length > 0)
  if (!isSettled) {
    if (isMoved) say(`accounting: lastTick went from ${before.lastTick} to ${after.lastTick} and nothing says why`)
    return
  }
  if (!isTicking(before)) say(`accounting: a tick was settled while the job was paused, removed, or at its last run`)
  const { maxRuns, tickClaims } = after
  if (maxRuns > 0 && claims.length > 0 && tickClaims > maxRuns)
    say(`accounting: ${tickClaims} ticks were claimed, and maxRuns is ${maxRuns}`)
  if (before.periodMs === undefined) return say('accounting: a tick was settled of a job that has none')
  let open = nextTick(before, lowerBound(before))
  if (typeof passed === 'number') {
    let moved = 0
    for (; open !== undefined && open <= (after.lastTick ?? 0); open = nextTick(before, open)) moved++
    if (moved !== claims.length + passed) say(`accounting: ${moved} ticks were settled, and ${passed} without a run`)
    return
  }
  const spans = [...passed, ...claims.map(({ tick }) => ({ from: tick, to: tick, count: 1 }))]
  let last: number | undefined
  for (const { count, from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from !== open) say(`accounting: the tick ${from} was settled, and ${open} is the first that is open`)
    last = from
    for (let ticks = 1; ticks < count && last !== undefined; ticks++) last = nextTick(before, last)
    if (to !== last) say(`accounting: ${count} ticks are not those from ${from} to ${to}`)
    open = nextTick(before, to)
    last = to
  }
  if (after.lastTick !== last) say(`accounting: lastTick is ${after.lastTick} after ${last} was settled`)
}

/** Ticks count anew only after a rest, or after a change of the schedule or of the job's state. */
function checkSince(before: JobVersion, after: JobVersion, restEndedAt: number | undefined, say: Say): void {
  if (after.since === before.since) return
  const isOfRest = restEndedAt !== undefined && after.since <= START + restEndedAt + NOTICED_MS
  const isReason = isOfRest || stateOf(after) !== stateOf(before)
  if (!isReason) say('accounting: ticks count anew although nothing about them changed')
}

function stateOf({ enabled, paused, periodMs, removed, rules }: JobVersion): string {
  return `${enabled} ${paused} ${removed} ${periodMs} ${JSON.stringify(rules)}`
}
