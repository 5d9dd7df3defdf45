import type { RunHistory } from '@s3sched/history'
import { SchedulerError } from '@s3sched/jobs'
import type { JobPage } from '@s3sched/jobs/bucket'
import { auditJob, problemRow, type AuditBounds, type AuditedJob, type JobEvidence } from './audit-job.ts'
import { RunEvidence } from './run-evidence.ts'
import { periodsOf } from './tick-period.ts'

/** A page of job records, and its jobs to audit. */
export interface AuditedPage {
  readonly page: JobPage
  readonly names: readonly string[]
}

export interface AuditedBucket {
  readonly pages: readonly AuditedPage[]
  readonly history: RunHistory
  /** The jobs whose runs to read; `undefined` for all. */
  readonly only: string | undefined
  readonly prunedTo: number | undefined
  readonly now: number
}

/**
 * Audits jobs together, since their runs lie together in the history: the history is read once, and the runs of each job
 * are kept as {@link RunEvidence}.
 * @returns a name, and `undefined` for a job that never had a schedule, as far as known
 */
export async function* auditPages(
  bucket: AuditedBucket,
  bounds: AuditBounds,
): AsyncGenerator<readonly [job: string, row: AuditedJob | undefined]> {
  const judged = new Map(
    bucket.pages.flatMap(({ names, page }) => names.map((job) => [job, judge(bucket, page, job)] as const)),
  )
  const evidence = [...judged.values()].flatMap((each) => ('runs' in each ? [each] : []))
  await collectRuns(bucket, evidence, bounds)
  for (const [job, each] of judged) {
    if ('problem' in each) yield [job, problemRow(job, each.problem)]
    else yield [job, 'runs' in each ? await auditJob(each, bounds) : undefined]
  }
}

type Judged = JobEvidence | { readonly problem: string } | { readonly isUnscheduled: true }

function judge({ now, prunedTo }: AuditedBucket, page: JobPage, job: string): Judged {
  const read = page.read(job)
  if (read.outcome === 'missing') return { isUnscheduled: true }
  if (read.outcome === 'unreadable') return { problem: `its record can't be read: ${read.problem}` }
  const { record } = read
  try {
    const periods = periodsOf(job, record, now)
    if (periods.length === 0) return { isUnscheduled: true }
    return { job, record, periods, runs: new RunEvidence(record), prunedTo, now }
  } catch (error) {
    // For example, the schedule of a newer version.
    if (!(error instanceof SchedulerError)) throw error
    return { problem: error.message }
  }
}

async function collectRuns(
  { history, only }: AuditedBucket,
  jobs: readonly JobEvidence[],
  { onProblem, signal, since }: AuditBounds,
): Promise<void> {
  if (jobs.length === 0) return
  const evidence = new Map(jobs.map(({ job, runs }) => [job, runs]))
  const period = { since: Math.max(0, since ?? 0), details: false, onProblem, signal }
  const runs = history.runs(only === undefined ? period : { ...period, job: only })
  for await (const run of runs) evidence.get(run.job)?.add(run)
}
