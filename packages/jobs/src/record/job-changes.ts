/**
 * Every change of a job's record, as pure functions from the record before to the record after.
 *
 * **Authority.** The record in the bucket decides. Each function is applied to the record as last read, and the result
 * is written with If-Match on that version. After a conflict the losing writer reads the new record and decides again.
 * The holder of the leader's lease is only the usual writer: two leaders, or none, can't make a tick start twice.
 *
 * **A tick** is settled by moving `lastTick` past the tick, in the same write that notes the tick's fate: a claim
 * ({@link claimRun}) or a verdict ({@link passTicks}). **A run** leaves `running` in the same write that counts its
 * outcome and puts the outcome into the history ({@link endRun}, {@link judgeLost}). So a crash at any point leaves either
 * an unsettled tick, which the next leader finds, or an open run, which the next leader resolves; and no run is ever in
 * the history without being counted, or the reverse.
 *
 * **The fence** grows with each claim and never goes back, since a record is never deleted: see {@link removeJob}.
 */
import type { RunRecord } from '@s3sched/history'
import { foldStatistics, supersedeLost } from '@s3sched/history/statistics'
import { endBackfill } from './backfill.ts'
import { NONE, NO_RUNS, NOTHING } from './compact-record.ts'
import { countFound, countOutcome, unpaused } from './failed-ticks.ts'
import {
  effectiveSpec,
  isTicking,
  lowerBound,
  remainingRuns,
  type JobRecord,
  type LastRun,
  type OpenRun,
} from './job-record.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import type { DefinedSpec } from '../definition/local-job.ts'
import { countingIn, endPeriod, pastOf } from './past-periods.ts'
import { isTakenOver } from './run-changes.ts'
import { hasSameTicks, isSameDefinition } from '../definition/same-ticks.ts'

/** The most lost runs remembered, for later corrections. */
const LOST_REMEMBERED = 20

/** A job defined for the first time. Ticks count from `now`. */
export function newJob(spec: JobSpec, hash: string, now: number): JobRecord {
  return {
    spec,
    hash,
    override: null,
    paused: false,
    removed: false,
    orphanedAt: null,
    since: now,
    lastTick: null,
    fence: 0,
    running: NONE,
    lastRun: null,
    consumed: NOTHING,
    statistics: NO_RUNS,
    lost: NONE,
  }
}

/**
 * Applies the code's definition if the record has a different one. An override against a definition with another
 * meaning ends.
 */
export function defineJob(record: JobRecord, { name, spec, hash }: DefinedSpec, now: number): JobRecord {
  if (record.hash === hash && !record.removed) return adoptJob(record)
  const isRewritten = record.override !== null && !record.removed && isSameDefinition(name, record.spec, spec)
  const override = isRewritten ? { ...record.override, against: hash } : null
  return countAnew(record, { ...adoptJob(record), spec, hash, override, removed: false }, now, name)
}

/**
 * Some instance has the action again. Nothing else changes: ticks due meanwhile are caught up or recorded as missed.
 */
function adoptJob(record: JobRecord): JobRecord {
  return record.orphanedAt === null ? record : { ...record, orphanedAt: null }
}

/** No instance has defined the job for longer than its catch-up window: from now on the record is left alone. */
export function orphanJob(record: JobRecord, now: number): JobRecord {
  return { ...record, orphanedAt: now }
}

/** More than all claims of other instances since this process last saw a record. */
export const FENCE_GAP = 1_000_000

/**
 * Restores a deleted record as last known to this process. Other instances may have claimed since, so the fence jumps
 * far above every fence given out.
 * @param from - ticks up to this instant do not count any more: each may have been claimed, ahead of its instant, by
 * another clock
 */
export function restoreJob(record: JobRecord, from: number): JobRecord {
  // Other instances may have claimed further ticks of a backfill.
  const known = endBackfill(record)
  // Other instances may also have ended a run that waits here, so nobody may go on with the run.
  const running = record.running.map((run) => (run.retry === null ? run : { ...run, fields: null }))
  return { ...known, running, since: Math.max(from, lowerBound(record)), fence: record.fence + FENCE_GAP }
}

/** An operator's change beside the code's definition. Only the given fields change. */
export function overrideJob(record: JobRecord, fields: Partial<JobSpec>, now: number, name: string): JobRecord {
  const override = { against: record.hash, fields: { ...record.override?.fields, ...fields } }
  return countAnew(record, { ...record, override }, now, name)
}

/**
 * A new schedule has no past: its ticks count from the definition on, and none of its runs has been. The ticks of a job
 * that had none, since it was disabled or had made all its runs, count from now on.
 */
function countAnew(before: JobRecord, changed: JobRecord, now: number, name: string): JobRecord {
  const [a, b] = [effectiveSpec(before), effectiveSpec(changed)]
  const isRestored = before.removed && !changed.removed
  if (isRestored || !hasSameTicks(name, a, b)) {
    const { tickRuns: _, ...anew } = changed
    return { ...anew, since: now }
  }
  const isResumed = (b.enabled && !a.enabled) || remainingRuns(before) < Math.min(1, remainingRuns(changed))
  return isResumed ? { ...changed, since: now } : changed
}

/** The record of the paused job: its ticks do not count until the job is resumed. */
export function pauseJob(record: JobRecord): JobRecord {
  return record.paused ? record : { ...record, paused: true }
}

/**
 * Also enables a job disabled by the code or an override. Ticks during a pause are not missed: ticks count from now. So
 * do failures of the job.
 */
export function resumeJob(record: JobRecord, now: number, name: string): JobRecord {
  const enabled = effectiveSpec(record).enabled
  if (!record.paused && enabled) return record
  const resumed: JobRecord = { ...unpaused(record), since: Math.max(now, record.since) }
  return enabled ? resumed : overrideJob(resumed, { enabled: true }, now, name)
}

/** The record stays, so that the fence goes on growing when a job of the same name is defined again. */
export function removeJob(record: JobRecord): JobRecord {
  return { ...unpaused(endBackfill(record)), removed: true, override: null }
}

/** A run as its claim names it; the claim adds the fence. */
export type RunClaim = Omit<OpenRun, 'fence' | 'retry'>

/** Claims a run. Only a tick of the schedule moves `lastTick`. */
export function claimRun(record: JobRecord, claim: RunClaim): JobRecord {
  const fence = record.fence + 1
  const running = [...record.running, { ...claim, fence, retry: null }]
  if (claim.trigger !== 'schedule') return { ...record, orphanedAt: null, fence, running }
  const lastTick = Math.max(claim.tick, record.lastTick ?? -Infinity)
  const settled: JobRecord = { ...record, orphanedAt: null, fence, running, lastTick, claimant: claim.instance }
  return claim.makesUpFor === undefined ? countTick(settled, claim.tick) : settled
}

/** Counts a claimed tick of a job with `maxRuns`. No later tick is due after the last of these. */
function countTick(claimed: JobRecord, tick: number): JobRecord {
  if (remainingRuns(claimed) === Infinity) return claimed
  const counted = { ...claimed, tickRuns: (claimed.tickRuns ?? 0) + 1 }
  const period = countingIn(claimed)
  return isTicking(counted) || period === undefined ? counted : { ...counted, past: endPeriod(counted, period, tick) }
}

/**
 * Notes that a request became a run, in the same write as the claim of the run. A request may be found again for as
 * long as it can't be deleted, and by then the run may be forgotten.
 * @param waiting - the requests still in the bucket; other requests need not be remembered any more
 */
export function obeyRequest(record: JobRecord, id: string, waiting: ReadonlySet<string>): JobRecord {
  const isOpen = (each: string): boolean => record.running.some((run) => run.runId === each)
  const kept = (record.obeyed ?? []).filter((each) => waiting.has(each) || isOpen(each))
  return { ...record, obeyed: [...kept, id] }
}

/** Takes back a claim on which no attempt started and whose caller was told so: no instance may go on with the run. */
export function withdrawRun(record: JobRecord, { instance, runId }: Pick<OpenRun, 'instance' | 'runId'>): JobRecord {
  const isWithdrawn = (run: OpenRun): boolean => run.runId === runId && run.instance === instance
  return { ...record, running: record.running.filter((run) => !isWithdrawn(run)) }
}

/** Settles ticks that do not run. @param ended - the history's record of the ticks */
export function passTicks(record: JobRecord, to: number, ended: RunRecord): JobRecord {
  return {
    ...adoptJob(record),
    lastTick: Math.max(to, record.lastTick ?? -Infinity),
    statistics: foldStatistics(record.statistics, ended),
  }
}

/**
 * Passes over the ticks up to `to`, at which no instance was meant to run: the job counts anew from there. The job's
 * period ended at `since`, before these ticks, and not at the time of this change.
 */
export function restTicks(
  record: JobRecord,
  { since, to }: { readonly since: number | null; readonly to: number },
): JobRecord {
  const counted = countingIn(record)
  const hasEnded = counted !== undefined && since !== null && since > counted.since
  const past = hasEnded ? endPeriod(record, counted, since) : pastOf(record)
  return { ...adoptJob(record), since: Math.max(to, record.since), past: [...past] }
}

/**
 * Declares a run lost: its process is gone.
 * @param ended - the history's record of the verdict
 * @param isMadeUpFor - another run takes its place, whose outcome will count as a failure or not
 */
export function judgeLost(record: JobRecord, ended: RunRecord, isMadeUpFor = false): JobRecord {
  const { running, statistics } = record
  // A run that was opened again has counted as lost already.
  const wasLost = running.some(({ runId, wasLost: was }) => runId === ended.runId && was === true)
  const judged = {
    ...record,
    running: running.filter(({ runId }) => runId !== ended.runId),
    statistics: wasLost ? statistics : foldStatistics(statistics, ended),
    lost: [...record.lost, ended.runId].slice(-LOST_REMEMBERED),
  }
  return wasLost || isMadeUpFor ? judged : countOutcome(judged, ended)
}

/**
 * The end of a run in its own process: the run leaves the record and counts. A run that was declared lost meanwhile
 * counts by its own outcome instead of the verdict.
 *
 * @param fence - of the process's claim
 * @returns `undefined` when another process has taken the run over, so that this process's outcome is not the run's end;
 * the same record for a run that the record does not name any more
 */
export function endRun(record: JobRecord, ended: RunRecord, fence: number): JobRecord | undefined {
  const { lost, running, statistics } = record
  const open = running.find(({ runId }) => runId === ended.runId)
  if (open !== undefined && isTakenOver(open, fence)) return undefined
  const wasLost = open === undefined ? lost.includes(ended.runId) : open.wasLost === true
  if (open === undefined && !wasLost) return record
  const after = {
    ...record,
    running: open === undefined ? running : without(running, open),
    lost: open === undefined ? lost.filter((runId) => runId !== ended.runId) : lost,
    statistics: wasLost ? supersedeLost(statistics, ended) : foldStatistics(statistics, ended),
    lastRun: lastRunAfter(record, ended, fence),
  }
  return wasLost ? countFound(after, ended) : countOutcome(after, ended)
}

function without(running: readonly OpenRun[], ended: OpenRun): readonly OpenRun[] {
  return running.length === 1 ? NONE : running.filter((run) => run !== ended)
}

/** The longest error message kept, in characters. */
const MAX_MESSAGE = 2000

/** Compares ends, or claims: the clock of the last run's process may have been ahead. */
function lastRunAfter({ lastRun: last }: JobRecord, ended: RunRecord, fence: number): LastRun | null {
  const { durationMs, endedAt, error, runId, scheduledTime, startedAt, status } = ended
  const isLater = last === null || endedAt >= last.endedAt || fence > last.fence
  if (startedAt === undefined || !isLater) return last
  const message = error?.message.slice(0, MAX_MESSAGE) ?? null
  return { runId, fence, status, scheduledTime, startedAt, endedAt, durationMs, error: message }
}

/** Remembers the predecessors' runs that have started a job with `after`. */
export function consumePredecessors(record: JobRecord, consumed: JobRecord['consumed']): JobRecord {
  return { ...record, consumed: { ...record.consumed, ...consumed } }
}

/** True while this tick of the schedule is not settled. */
export function isOpenTick(record: JobRecord, tick: number): boolean {
  return tick > lowerBound(record)
}
