import type { RunHistory } from '@s3sched/history'
import { type JobPage, SchedulerError } from '@s3sched/jobs'
import { auditJob, problemRow, type AuditBounds, type AuditedJob, type JobEvidence } from './audit-job.ts'
import { RunEvidence } from './run-evidence.ts'
import { periodsOf } from './tick-period.ts'

export interface AuditedPage {
  readonly page: JobPage
  /** The jobs to audit. */
  readonly names: readonly string[]
  readonly history: RunHistory
  readonly prunedTo: number | undefined
  readonly now: number
}

/** The runs of one call of the history. */
const RUNS_PER_CALL = 1000

/**
 * Audits the jobs of a page together, since their runs lie together in the history: the history of the page is read
 * once, and the runs of each job are kept as {@link RunEvidence}.
 * @returns a name, and `undefined` for a job that never had a schedule, as far as known
 */
export async function* auditPage(
  page: AuditedPage,
  bounds: AuditBounds,
): AsyncGenerator<readonly [job: string, row: AuditedJob | undefined]> {
  const judged = new Map(page.names.map((job) => [job, judge(page, job)]))
  const evidence = [...judged.values()].flatMap((each) => ('runs' in each ? [each] : []))
  await collectRuns(page.history, evidence, bounds)
  for (const [job, each] of judged) {
    if ('problem' in each) yield [job, problemRow(job, each.problem)]
    else yield [job, 'runs' in each ? await auditJob(each, bounds) : undefined]
  }
}

type Judged = JobEvidence | { readonly problem: string } | { readonly isUnscheduled: true }

function judge({ now, page, prunedTo }: AuditedPage, job: string): Judged {
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
  history: RunHistory,
  jobs: readonly JobEvidence[],
  { signal, since }: AuditBounds,
): Promise<void> {
  if (jobs.length === 0) return
  const evidence = new Map(jobs.map(({ job, runs }) => [job, runs]))
  const query = {
    job: [...evidence.keys()],
    since: Math.max(0, since ?? 0),
    limit: RUNS_PER_CALL,
    details: false,
    signal,
  }
  let cursor: string | undefined
  do {
    const found = await history.list(cursor === undefined ? query : { ...query, cursor })
    for (const run of found.runs) evidence.get(run.job)?.add(run)
    cursor = found.cursor
  } while (cursor !== undefined)
}
