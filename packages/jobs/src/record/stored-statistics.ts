/**
 * The JSON of a job's statistics in the job's record. A part is left out where it has the value of no runs, or where
 * the rest of the record says the same: the last run of the statistics is nearly always the last run of the record, and
 * a last run with success is the last success.
 */
import type { JobStatistics, RunMark } from '@s3sched/history'
import { RUN_STATUSES } from '@s3sched/history/statistics'
import type { Fields } from '@s3sched/store'
import type { JobRecord, LastRun } from './job-record.ts'

/** The statistics as they are written. */
export function storeStatistics({ lastRun, statistics }: Pick<JobRecord, 'lastRun' | 'statistics'>): Fields {
  const { counts, durations, longestMs, streak, totalDurationMs } = statistics
  const stored: Record<string, unknown> = { counts: withoutZeros(counts) }
  if (totalDurationMs !== 0) stored['totalDurationMs'] = totalDurationMs
  if (longestMs !== 0) stored['longestMs'] = longestMs
  if (durations.level !== 0 || durations.buckets.length > 0) stored['durations'] = durations
  if (streak.outcome !== 'none') stored['streak'] = streak
  if (!isSame(statistics.lastRun, lastRun)) stored['lastRun'] = statistics.lastRun ?? null
  if (!isSame(statistics.lastSuccess, successOf(statistics.lastRun)))
    stored['lastSuccess'] = statistics.lastSuccess ?? null
  if (statistics.lastError !== undefined) stored['lastError'] = statistics.lastError
  return stored
}

/** The statistics as written, with the marks that were left out. Nothing is checked. @param lastRun - of the record */
export function fillStatistics(stored: unknown, lastRun: LastRun | null): unknown {
  if (typeof stored !== 'object' || stored === null) return stored
  const given = stored as Fields
  const last = 'lastRun' in given ? given['lastRun'] : markOf(lastRun)
  const success = 'lastSuccess' in given ? given['lastSuccess'] : successOf(last as RunMark | undefined)
  return { ...given, lastRun: last, lastSuccess: success }
}

function withoutZeros(counts: JobStatistics['counts']): Fields {
  const stored: Record<string, number> = {}
  for (const status of RUN_STATUSES) if (counts[status] !== 0) stored[status] = counts[status]
  return stored
}

function markOf(lastRun: LastRun | null): RunMark | undefined {
  if (lastRun === null) return undefined
  const { durationMs, runId, scheduledTime, status } = lastRun
  return { runId, status, scheduledTime, durationMs }
}

function successOf(lastRun: RunMark | null | undefined): RunMark | undefined {
  return lastRun?.status === 'success' ? lastRun : undefined
}

/** @param expected - what the rest of the record says */
function isSame(mark: RunMark | undefined, expected: RunMark | LastRun | null | undefined): boolean {
  if (mark === undefined || expected === undefined || expected === null) return mark === (expected ?? undefined)
  return (
    mark.runId === expected.runId &&
    mark.status === expected.status &&
    mark.scheduledTime === expected.scheduledTime &&
    mark.durationMs === expected.durationMs &&
    mark.message === undefined
  )
}
