import type { JobView } from '@s3sched/operator'

/** The reader's choice of jobs, as in the address of the page. */
export interface JobFilter {
  /** Part of a name, a description or a tag, in lower case. */
  readonly text: string
  readonly state: JobCondition | undefined
  readonly tag: string | undefined
  readonly group: string | undefined
  readonly sort: JobOrder
}

export const JOB_CONDITIONS = ['active', 'running', 'failing', 'overdue', 'paused', 'disabled', 'removed'] as const
export type JobCondition = (typeof JOB_CONDITIONS)[number]

export const JOB_ORDERS = ['name', 'next', 'last', 'success', 'duration'] as const
export type JobOrder = (typeof JOB_ORDERS)[number]

export function readJobFilter(query: URLSearchParams): JobFilter {
  const given = (name: string): string | undefined => (query.get(name) ?? '') || undefined
  return {
    text: (query.get('q') ?? '').trim().toLowerCase(),
    state: JOB_CONDITIONS.find((known) => known === query.get('state')),
    tag: given('tag'),
    group: given('group'),
    sort: JOB_ORDERS.find((known) => known === query.get('sort')) ?? 'name',
  }
}

/** The jobs of a choice, sorted; removed jobs only where they are asked for. */
export function chooseJobs(jobs: readonly JobView[], filter: JobFilter): JobView[] {
  const chosen = jobs.filter(
    (job) =>
      isIn(job, filter.state) &&
      textOf(job).includes(filter.text) &&
      (filter.tag === undefined || job.spec.tags?.includes(filter.tag) === true) &&
      (filter.group === undefined || job.spec.group === filter.group),
  )
  const key = KEYS[filter.sort]
  return key === undefined ? chosen : chosen.toSorted((a, b) => key(a) - key(b))
}

/** The text that a job is found by. */
export function textOf({ name, spec }: JobView): string {
  return [name, spec.description, ...(spec.tags ?? [])].join(' ').toLowerCase()
}

/** The last outcomes in a row were no success. */
export function isFailing({ statistics: { streak } }: JobView): boolean {
  return streak.length > 0 && streak.outcome !== 'success'
}

function isIn(job: JobView, condition: JobCondition | undefined): boolean {
  if (condition === undefined) return job.state !== 'removed'
  if (condition === 'running') return job.running.length > 0
  if (condition === 'failing') return job.state !== 'removed' && isFailing(job)
  if (condition === 'overdue') return job.overdueSince !== null
  return job.state === condition
}

/** Jobs are sorted by name already; a job without the value comes last. */
const KEYS: Readonly<Record<JobOrder, ((job: JobView) => number) | undefined>> = {
  name: undefined,
  next: ({ nextRun, overdueSince }) => overdueSince ?? nextRun ?? Number.MAX_VALUE,
  last: ({ lastRun }) => (lastRun === null ? Number.MAX_VALUE : -lastRun.endedAt),
  success: ({ statistics }) => statistics.successRate ?? 2,
  duration: ({ statistics }) => (statistics.p50Ms === undefined ? Number.MAX_VALUE : -statistics.p50Ms),
}
