import type { AuditedJob } from '@s3sched/plugin'

const COLUMNS = ['expected', 'ran', 'skipped', 'missed', 'lost', 'doubled'] as const

/** The audit as a table of at most 80 columns. */
export function auditTable(jobs: readonly AuditedJob[]): string {
  const rows = [
    ['job', ...COLUMNS],
    ...jobs.map((job) => [job.job, ...COLUMNS.map((column) => String(job[column]))]),
    ['in all', ...COLUMNS.map((column) => String(jobs.reduce((sum, job) => sum + job[column], 0)))],
  ]
  return rows
    .map(([name = '', ...cells]) => name.padEnd(14) + cells.map((cell) => cell.padStart(10)).join(''))
    .join('\n')
}

/** What does not add up, one line each; empty when all is well. */
export function auditProblems(jobs: readonly AuditedJob[]): string[] {
  return jobs.flatMap(({ doubled, expected, job, open, unaccounted }) => [
    ...(expected === 0 ? [`${job}: no tick was expected, so the audit shows nothing`] : []),
    ...(doubled > 0 ? [`${job}: ${doubled} tick(s) ran twice`] : []),
    ...(unaccounted > 0 ? [`${job}: ${unaccounted} tick(s) left no trace`] : []),
    ...(open > 0 ? [`${job}: ${open} tick(s) were claimed and have no record`] : []),
  ])
}
