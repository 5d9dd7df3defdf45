import { checkJobName } from '@s3sched/jobs'
import { openStore, scopeStore, type StoreInput } from '@s3sched/store'
import type { AuditedJob } from './audit-job.ts'
import { resolveAuditOptions, type AuditOptions } from './audit-options.ts'

/**
 * Recomputes each job's due ticks, and compares the ticks with the bucket. An audit reads the bucket alone and trusts
 * no process: 1 LIST, 1 GET, and 2 GET for each page of job records; then 1 LIST of all segments, 1 LIST of the archive,
 * and 1 GET for each segment and file with wanted runs. Some 20 bytes stay in memory for each run.
 *
 * A due tick that nobody has settled yet is `open`, up to the moment of the audit.
 *
 * The job's record tells which ticks counted, across changes of schedule and zone, pauses, removals and returns: the
 * last 32 changes. Earlier ticks, and ticks whose outcomes may have been pruned, are unknowable and left out; the
 * audited time of each row begins at `from`.
 *
 * A job with an unreadable record has its own row, with a {@link AuditedJob.problem}, and so has an unreadable page of
 * jobs.
 *
 * @throws SchedulerError `INVALID_ARGUMENT`, `INVALID_JOB`, `OLD_LAYOUT`; `JOB_NOT_FOUND` for the name of a `job` without
 *   a record; and the store's errors
 */
export async function audit(connection: StoreInput, options: AuditOptions = {}): Promise<AuditedJob[]> {
  const bounds = resolveAuditOptions(options)
  if (bounds.job !== undefined) checkJobName(bounds.job)
  // Most processes with this package never audit.
  const { auditStore } = await import('./audit-store.ts')
  const opened = openStore(connection)
  try {
    return await auditStore(scopeStore(opened, bounds.prefix), bounds, options)
  } finally {
    if (opened !== connection) await opened.close()
  }
}
