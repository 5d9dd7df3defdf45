/**
 * The pause of a job that fails again and again (`pauseAfterFailures`), as pure functions of the job's record.
 *
 * **The count** is of the final outcomes of runs by a tick, a chain or a start, which nobody asked for. A
 * failure, a timeout and a lost run without a run in its place add to the count, a success ends the count, and
 * cancelled and skipped runs change nothing. Neither do runs on request, by hand or as a backfill: a trial during a
 * repair must neither pause the job nor hide the failing ticks.
 *
 * **Authority** is the record. The count and the pause are parts of the write that ends the run, so every claim after
 * this write finds the job paused, whichever process makes the claim, and no failover forgets the count.
 *
 * **A wrong verdict.** A lost run may be found later. Its success ends the count, and the pause if the verdict on this
 * run had caused the pause.
 */
import type { RunRecord } from '@s3sched/history'
import { effectiveSpec, type JobRecord } from './job-record.ts'
import { pastOf } from './past-periods.ts'
import type { PausedFor } from './paused-for.ts'

const COUNTED: readonly string[] = ['schedule', 'chain', 'start'] satisfies RunRecord['trigger'][]
const FAILURES: readonly string[] = ['failed', 'timeout', 'lost'] satisfies RunRecord['status'][]
/** In characters. */
const LONGEST_ERROR = 200

/** The record after the final outcome of a run. */
export function countOutcome(record: JobRecord, ended: RunRecord): JobRecord {
  const { pauseAfterFailures: limit = 0 } = effectiveSpec(record)
  if (limit === 0) return forgetFailures(record)
  if (!COUNTED.includes(ended.trigger)) return record
  if (ended.status === 'success') return forgetFailures(record)
  if (!FAILURES.includes(ended.status)) return record
  const failures = (record.failures ?? 0) + 1
  const counted = { ...record, failures }
  if (failures < limit || record.paused || record.removed) return counted
  return { ...counted, paused: true, pausedFor: { failures, ...describeEnd(ended) } }
}

/** The record after the end of a run that had been declared lost, and had counted as lost. */
export function countFound(record: JobRecord, ended: RunRecord): JobRecord {
  if (ended.status !== 'success' || !COUNTED.includes(ended.trigger)) return record
  const { pausedFor } = record
  const { failures: _, ...found } = record
  if (pausedFor?.runId !== ended.runId) return record.failures === undefined ? record : found
  const since = Math.max(record.since, pausedFor.at, pastOf(record).at(-1)?.until ?? pausedFor.at)
  return { ...unpaused(found), since }
}

/** A job that is resumed begins its count anew. */
export function unpaused(record: JobRecord): JobRecord {
  const { failures: _, pausedFor: __, ...rest } = record
  return { ...rest, paused: false }
}

/** The reason of a pause that a change of the record has brought about; `undefined` for any other change. */
export function pauseBetween(before: JobRecord, after: JobRecord): PausedFor | undefined {
  return before.paused ? undefined : after.pausedFor
}

function forgetFailures(record: JobRecord): JobRecord {
  // A paused job keeps its count with the reason of its pause.
  if (record.failures === undefined || record.pausedFor !== undefined) return record
  const { failures: _, ...rest } = record
  return rest
}

function describeEnd({ endedAt, error, reason, runId }: RunRecord): Omit<PausedFor, 'failures'> {
  return { runId, at: endedAt, error: (error?.message ?? reason)?.slice(0, LONGEST_ERROR) ?? null }
}
