/**
 * Every change of a job's record, as pure functions from the record before to the record after.
 *
 * **Authority.** The record in the bucket decides. Each function is applied to the record as last read, and the result
 * is written with If-Match on that version. After a conflict the losing writer reads the new record and decides again.
 * The holder of the leader's lease is only the usual writer: two leaders, or none, can't make a tick start twice.
 *
 * **A tick** is settled by moving `lastTick` past the tick, in the same write that notes the tick's fate: a claim
 * ({@link claimRun}) or a verdict ({@link passTicks}). The outcome stays in `running` until the record in the history
 * is known to be written, and leaves with the next write ({@link foldEnds}). A crash at any point therefore leaves either
 * an unsettled tick, which the next leader finds behind the watermark, or an entry in `running`, which the next leader
 * resolves.
 *
 * **The fence** grows with each claim and never goes back, since a record is never deleted: see {@link removeJob}.
 */
import { foldStatistics, supersedeLost, type RunRecord } from '@s3sched/history'
import type { RecordedRun } from './recorded-run.ts'
import { NONE, NO_RUNS, NOTHING } from './compact-record.ts'
import { effectiveSpec, lowerBound, type JobRecord, type OpenRun, type Verdict } from './job-record.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { countingIn, endPeriod, pastOf } from './past-periods.ts'
import { changeRun } from './run-changes.ts'
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
export function defineJob(record: JobRecord, spec: JobSpec, hash: string, now: number, name: string): JobRecord {
  if (record.hash === hash && !record.removed) return adoptJob(record)
  const isRewritten = record.override !== null && !record.removed && isSameDefinition(name, record.spec, spec)
  const override = isRewritten ? { ...record.override, against: hash } : null
  const defined: JobRecord = { ...adoptJob(record), spec, hash, override, removed: false }
  return { ...defined, since: record.removed || hasOtherTicks(record, defined, name) ? now : record.since }
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
const FENCE_GAP = 1_000_000

/**
 * Restores a deleted record as last known to this process. Other instances may have claimed since, so the fence jumps
 * far above every fence given out.
 * @param from - ticks up to this instant do not count any more: each may have been claimed, ahead of its instant, by
 * another clock
 */
export function restoreJob(record: JobRecord, from: number): JobRecord {
  return { ...record, since: Math.max(from, lowerBound(record)), fence: record.fence + FENCE_GAP }
}

/** An operator's change beside the code's definition. Only the given fields change. */
export function overrideJob(record: JobRecord, fields: Partial<JobSpec>, now: number, name: string): JobRecord {
  const override = { against: record.hash, fields: { ...record.override?.fields, ...fields } }
  const changed: JobRecord = { ...record, override }
  return { ...changed, since: hasOtherTicks(record, changed, name) ? now : record.since }
}

/** A new schedule has no past: ticks count from the definition on. */
function hasOtherTicks(before: JobRecord, after: JobRecord, name: string): boolean {
  const [a, b] = [effectiveSpec(before), effectiveSpec(after)]
  const isResumed = b.enabled && !a.enabled
  return isResumed || !hasSameTicks(name, a, b)
}

export function pauseJob(record: JobRecord): JobRecord {
  return record.paused ? record : { ...record, paused: true }
}

/**
 * Also enables a job disabled by the code or an override. Ticks during a pause are not missed: ticks count from now.
 */
export function resumeJob(record: JobRecord, now: number, name: string): JobRecord {
  const enabled = effectiveSpec(record).enabled
  if (!record.paused && enabled) return record
  const resumed: JobRecord = { ...record, paused: false, since: Math.max(now, record.since) }
  return enabled ? resumed : overrideJob(resumed, { enabled: true }, now, name)
}

/** The record stays, so that the fence goes on growing when a job of the same name is defined again. */
export function removeJob(record: JobRecord): JobRecord {
  return { ...record, removed: true, override: null, paused: false }
}

export type RunClaim = Omit<OpenRun, 'fence' | 'retry' | 'verdict'>

/** Claims a run. Only a tick of the schedule moves `lastTick`. */
export function claimRun(record: JobRecord, claim: RunClaim): JobRecord {
  const fence = record.fence + 1
  return {
    ...adoptJob(record),
    fence,
    lastTick: claim.trigger === 'schedule' ? Math.max(claim.tick, record.lastTick ?? -Infinity) : record.lastTick,
    running: [...record.running, { ...claim, fence, retry: null, verdict: null }],
  }
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
  const isWithdrawn = (run: OpenRun): boolean =>
    run.runId === runId && run.instance === instance && run.verdict === null
  return { ...record, running: record.running.filter((run) => !isWithdrawn(run)) }
}

/** Settles ticks that do not run, with the reason. */
export function passTicks(record: JobRecord, claim: RunClaim, verdict: Verdict): JobRecord {
  return {
    ...adoptJob(record),
    lastTick: Math.max(verdict.to, record.lastTick ?? -Infinity),
    running: [...record.running, { ...claim, fence: record.fence, retry: null, verdict }],
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

/** Moves a run from its own lease to the leader's lease. */
export function hangOnLeader(record: JobRecord, runId: string): JobRecord {
  return changeRun(record, runId, (run) => ({ ...run, leaseMs: undefined }))
}

/** Declares a run lost: its process is gone, and the history has no record of the run. */
export function judgeLost(record: JobRecord, runId: string, reason: string, now: number): JobRecord {
  const judged = changeRun(record, runId, (run) => ({
    ...run,
    verdict: { status: 'lost', reason, decidedAt: now, from: run.tick, to: run.tick, count: 1 },
  }))
  return { ...judged, lost: [...judged.lost, runId].slice(-LOST_REMEMBERED) }
}

/** Remembers the predecessors' runs that have started a job with `after`. */
export function consumePredecessors(record: JobRecord, consumed: JobRecord['consumed']): JobRecord {
  return { ...record, consumed: { ...record.consumed, ...consumed } }
}

/**
 * Folds the runs whose records are known to be in the history, and removes them from `running`.
 *
 * If a run were folded before its record is written, a crash in between would erase a claimed tick without a trace. A
 * lost run that ended after all is folded only once its verdict is in the history: otherwise the run that made up for
 * the lost run would look like a second start of the same tick.
 */
export function foldEnds(record: JobRecord, recorded: ReadonlyMap<string, RecordedRun>): JobRecord {
  let { lost, statistics, lastRun } = record
  const running: OpenRun[] = []
  for (const run of record.running) {
    const ended = recorded.get(run.runId)
    if (ended === undefined || (isLost(run) && ended.status !== 'lost' && ended.isAfterVerdict !== true)) {
      running.push(run)
      continue
    }
    statistics = foldStatistics(statistics, ended)
    // A wrong verdict that was never counted needs no correction.
    if (ended.status !== 'lost') lost = lost.filter((runId) => runId !== ended.runId)
    if (ended.startedAt !== undefined && isLaterRun(run, ended, lastRun)) {
      lastRun = {
        runId: ended.runId,
        fence: run.fence,
        status: ended.status,
        scheduledTime: ended.scheduledTime,
        startedAt: ended.startedAt,
        endedAt: ended.endedAt,
        durationMs: ended.durationMs,
        error: ended.error?.message ?? null,
      }
    }
  }
  return running.length === record.running.length ? record : { ...record, running, lost, statistics, lastRun }
}

/** Compares ends, or claims: the clock of the last run's process may have been ahead. */
function isLaterRun({ fence }: OpenRun, { endedAt }: RecordedRun, last: JobRecord['lastRun']): boolean {
  return last === null || endedAt >= last.endedAt || fence > last.fence
}

/**
 * Corrects the statistics for a run that was declared lost, then folded, and has ended after all: the run's own outcome
 * replaces the verdict.
 * @returns the same record when the run does not count as lost there, or its verdict is not in the history yet
 */
export function correctLost(record: JobRecord, ended: RunRecord): JobRecord {
  const isNamed = record.running.some((run) => run.runId === ended.runId)
  if (isNamed || !record.lost.includes(ended.runId)) return record
  const lost = record.lost.filter((runId) => runId !== ended.runId)
  return { ...record, lost, statistics: supersedeLost(record.statistics, ended) }
}

/** True for a run declared lost, whose verdict may be missing in the history. */
export function isLost(run: OpenRun): run is OpenRun & { readonly verdict: Verdict } {
  return run.verdict?.status === 'lost'
}

/** True while this tick of the schedule is not settled. */
export function isOpenTick(record: JobRecord, tick: number): boolean {
  return tick > lowerBound(record)
}
