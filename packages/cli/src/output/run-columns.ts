import type { RunRecord } from '@s3sched/history'
import type { Invocation } from '../invocation.ts'
import type { Column } from './table.ts'
import { formatDuration } from './times.ts'

/** A run in a line. @param withJob - adds the job's name */
export function runColumns(invocation: Invocation, withJob: boolean): Column<RunRecord>[] {
  const { styles } = invocation
  const columns: Column<RunRecord>[] = [
    { title: 'SCHEDULED', text: (run) => invocation.at(run.scheduledTime) },
    { title: 'STATUS', text: (run) => run.status, style: (text, run) => styles.status(text, run.status) },
    {
      title: 'TOOK',
      text: (run) => (run.startedAt === undefined ? '-' : formatDuration(run.durationMs)),
      align: 'right',
    },
    { title: 'TRIES', text: (run) => String(run.attempts.at(-1)?.attempt ?? 0), align: 'right', leaves: 2 },
    { title: 'BY', text: (run) => run.trigger, leaves: 0 },
    { title: 'WORKER', text: (run) => run.workerId, shrinks: true, leaves: 1 },
    { title: 'RUN', text: (run) => run.runId, style: styles.dim, leaves: 3 },
    // The main content: ids and workers make room for the reason.
    { title: 'WHY', text: whyOf, shrinks: true, keeps: 30 },
  ]
  return withJob ? [columns[0] as Column<RunRecord>, jobColumn, ...columns.slice(1)] : columns
}

const jobColumn: Column<RunRecord> = { title: 'JOB', text: (run) => run.job, isName: true }

/** The reason of any other outcome than success; for missed ticks, their number too. */
export function whyOf(run: RunRecord): string {
  const why = run.error?.message ?? run.reason ?? ''
  return run.count === undefined || run.count < 2 ? why : `${run.count} ticks: ${why}`
}
