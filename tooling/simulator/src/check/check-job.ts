/**
 * Checks each change of a job's record: the allowed changes, and that no tick is passed over in silence.
 *
 * Ticks are computed here anew, from the schedule in force in the bucket at the moment of the change.
 */
import { BY_HAND } from '../ledger.ts'
import { START } from '../world.ts'
import { isActive, lowerBound, nextTick, type JobVersion, type RunEntry } from './job-versions.ts'
import type { RecordedRun } from './recorded-runs.ts'

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
  /** The last version before the record was deleted, until its past is restored. */
  let deleted: JobVersion | undefined
  for (let index = 1; index < versions.length; index++) {
    const [before, after] = [versions[index - 1] as JobVersion, versions[index] as JobVersion]
    if (after.isDeleted && after.client !== BY_HAND) say(after, 'fence: the record was deleted')
    if (after.isDeleted && !before.isDeleted && (deleted === undefined || before.fence > deleted.fence))
      deleted = before
    if (before.isDeleted || after.isDeleted) continue
    if (deleted !== undefined && isReunited(deleted, before, after)) {
      if (after.since < lowerBound(before)) say(after, 'accounting: ticks of a restored record count a second time')
      deleted = undefined
    } else {
      checkFence(before, after, (what) => say(after, what))
      checkTicks(before, after, (what) => say(after, what))
      checkSince(before, after, restEndedAt(after.order), (what) => say(after, what))
    }
    const named = new Set(after.running.map(({ runId }) => runId))
    for (const { runId, trigger, verdict } of before.running) {
      if (recorded === undefined || named.has(runId)) continue
      // A manual run without a start is withdrawn, and the caller has heard of the missing start.
      if (trigger === 'manual' && verdict === null && !started.has(runId)) continue
      const written = (recorded.get(runId) ?? []).filter(({ order }) => order < after.order)
      if (written.length === 0) say(after, `accounting: run ${runId} was forgotten before it was in the history`)
      else if (verdict !== null && !written.some(({ status }) => status === verdict.status)) {
        say(after, `verdict: ${verdict.status} was taken back of run ${runId} before it was in the history`)
      }
    }
  }
  return violations
}

/** True when an instance with the deleted record's past restores the past in a record defined anew elsewhere. */
function isReunited(deleted: JobVersion, before: JobVersion, after: JobVersion): boolean {
  return before.fence < deleted.fence && after.fence >= before.fence + RESTORED_GAP
}

type Say = (what: string) => void

function entered(before: JobVersion, after: JobVersion): RunEntry[] {
  const known = new Set(before.running.map(({ runId }) => runId))
  return after.running.filter(({ runId }) => !known.has(runId))
}

/** The fence grows by one with each claim and each takeover, and each run has its own fence. */
function checkFence(before: JobVersion, after: JobVersion, say: Say): void {
  const claimed = entered(before, after).filter(({ verdict }) => verdict === null)
  const takenOver = after.running.filter((run) =>
    before.running.some(({ fence, runId }) => runId === run.runId && fence !== run.fence),
  )
  const expected = before.fence + claimed.length + takenOver.length
  if (after.fence !== expected) say(`fence: it went from ${before.fence} to ${after.fence}, and not to ${expected}`)
  for (const { fence } of [...claimed, ...takenOver]) {
    if (fence <= before.fence || fence > after.fence) say(`fence: a run got fence ${fence} after ${before.fence}`)
  }
}

/** A run that moves `lastTick` accounts for every tick in between. */
function checkTicks(before: JobVersion, after: JobVersion, say: Say): void {
  const settled = entered(before, after).filter((run) => run.trigger === 'schedule' && !isSecondTry(run, before, after))
  if (settled.length > 1) say('accounting: one write settled two ticks')
  const moved = after.lastTick !== before.lastTick
  const [run] = settled
  if (run === undefined) {
    if (moved) say(`accounting: lastTick went from ${before.lastTick} to ${after.lastTick} and nothing says why`)
    return
  }
  if (!isActive(before)) say(`accounting: a tick was settled while the job was paused or removed`)
  if (before.periodMs === undefined) return say('accounting: a tick was settled of a job that has none')
  const first = nextTick(before.periodMs, lowerBound(before))
  const { count, from, to } = run.verdict ?? { from: run.tick, to: run.tick, count: 1 }
  if (from !== first) say(`accounting: the tick ${from} was settled, and ${first} is the first that is open`)
  if (to !== from + (count - 1) * before.periodMs) say(`accounting: ${count} ticks are not those from ${from} to ${to}`)
  if (after.lastTick !== to) say(`accounting: lastTick is ${after.lastTick} after ${to} was settled`)
}

/** A run that makes up for a lost run has the same tick. */
function isSecondTry(run: RunEntry, before: JobVersion, after: JobVersion): boolean {
  if (!before.retriesLost) return false
  return before.running.some(
    (lost) =>
      lost.tick === run.tick &&
      lost.verdict === null &&
      after.running.some(({ runId, verdict }) => runId === lost.runId && verdict?.status === 'lost'),
  )
}

/** Ticks count anew only after a rest, or after a change of the schedule or of the job's state. */
function checkSince(before: JobVersion, after: JobVersion, restEndedAt: number | undefined, say: Say): void {
  if (after.since === before.since) return
  const isOfRest = restEndedAt !== undefined && after.since <= START + restEndedAt + NOTICED_MS
  const isReason = isOfRest || stateOf(after) !== stateOf(before)
  if (!isReason) say('accounting: ticks count anew although nothing about them changed')
}

function stateOf({ enabled, paused, periodMs, removed }: JobVersion): string {
  return `${enabled} ${paused} ${removed} ${periodMs}`
}
