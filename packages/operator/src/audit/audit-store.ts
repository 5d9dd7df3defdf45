import { readPrunedTo } from '@s3sched/history/segments'
import { jobNotFound } from '@s3sched/jobs'
import { refuseOldLayout } from '@s3sched/jobs/bucket'
import { systemClock } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { type AuditBounds, type AuditedJob, problemRow } from './audit-job.ts'
import type { AuditOptions } from './audit-options.ts'
import { auditPages } from './audit-pages.ts'
import { readRecords } from './read-records.ts'

/** An audit of the store below the prefix, by options that are right. */
export async function auditStore(
  store: ObjectStore,
  bounds: AuditBounds,
  options: AuditOptions,
): Promise<AuditedJob[]> {
  const { clock = systemClock, job: only, onJob } = options
  const { signal } = bounds
  await refuseOldLayout(store, signal)
  const { history, names: allNames, now, pages, unreadable } = await readRecords(store, { clock, only, signal })
  const prunedTo = await readPrunedTo(store, { signal })
  const isWanted = (name: string): boolean => only === undefined || name === only
  const named = pages.map((page) => ({ page, names: [...page.keys()].filter(isWanted).toSorted() }))
  const total = unreadable.length + named.reduce((sum, { names }) => sum + names.length, 0)
  // The job may have its record in a page that can't be read, which has a row.
  if (only !== undefined && total === 0) throw jobNotFound(only, await allNames())
  const audited: AuditedJob[] = []
  let done = 0
  const tell = (row: AuditedJob | undefined): void => {
    if (row !== undefined) audited.push(row)
    onJob?.({ audited: row, done: ++done, total })
  }
  for (const { key, problem } of unreadable) {
    tell(problemRow(key, `the records of its jobs can't be read: ${problem}`))
  }
  for await (const [, row] of auditPages({ pages: named, history, only, prunedTo, now }, bounds)) tell(row)
  return audited.toSorted((a, b) => (a.job < b.job ? -1 : 1))
}
