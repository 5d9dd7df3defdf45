import { boundsText, type JobView } from '@s3sched/operator'
import type { Invocation } from '../invocation.ts'
import { scheduleText } from './schedule-text.ts'
import type { Column } from './table.ts'
import { formatDuration } from './times.ts'

const boundsOf = ({ spec }: JobView): string => boundsText(spec, { duration: formatDuration })
const BOUNDS: Column<JobView> = { title: 'BOUNDS', text: boundsOf, shrinks: true, leaves: 4 }

/** A job in a line. */
export function jobColumns(invocation: Invocation, jobs: readonly JobView[]): Column<JobView>[] {
  const { styles } = invocation
  const distance = (at: number): string => invocation.distance(at)
  return [
    { title: 'JOB', text: (job) => job.name, style: styles.bold, isName: true },
    { title: 'STATE', text: stateText, style: (text, job) => (job.state === 'active' ? text : styles.warn(text)) },
    { title: 'SCHEDULE', text: (job) => scheduleText(job.spec), shrinks: true, leaves: 3 },
    ...(jobs.some((job) => boundsOf(job) !== '') ? [BOUNDS] : []),
    {
      title: 'LAST RUN',
      text: ({ lastRun }) => (lastRun === null ? '-' : `${lastRun.status} ${distance(lastRun.endedAt)}`),
      style: (text, { lastRun }) => styles.status(text, lastRun?.status),
    },
    {
      title: 'TOOK',
      text: ({ lastRun }) => (lastRun === null ? '-' : formatDuration(lastRun.durationMs)),
      align: 'right',
      leaves: 2,
    },
    {
      title: 'NEXT RUN',
      text: (job) => nextText(job, distance),
      style: (text, job) => (job.overdueSince === null ? text : styles.bad(text)),
    },
    {
      title: 'RUNS',
      text: ({ running, statistics }) => String(statistics.runs + running.length),
      align: 'right',
      leaves: 0,
    },
    {
      title: 'SUCCESS',
      text: ({ statistics: { successRate } }) => (successRate === undefined ? '-' : percent(successRate)),
      align: 'right',
      leaves: 1,
    },
  ]
}

export function stateText(job: JobView): string {
  if (job.state !== 'active') return job.state
  return job.running.length > 0 ? 'running' : 'waiting'
}

function nextText(job: JobView, distance: (at: number) => string): string {
  if (job.overdueSince !== null) return `due ${distance(job.overdueSince)}`
  return job.nextRun === null ? '-' : distance(job.nextRun)
}

/** A share of 1, without calling 99.96 % all. */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1000) / 10
  return `${share === 1 || Number.isInteger(tenths) ? Math.floor(share * 100) : tenths}%`
}
