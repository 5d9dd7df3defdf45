import type { AuditedJob } from '@s3sched/plugin'

/** The fates of a tick: the columns with the sum `expected`. */
const FATES = ['ran', 'skipped', 'missed', 'lost', 'open', 'withdrawn', 'unaccounted'] as const
const COLUMNS = ['expected', ...FATES, 'doubled'] as const
const NAME_WIDTH = 12

type Column = (typeof COLUMNS)[number]

/** The audit as a table of at most 80 columns: one row per job, one column per fate of a tick. */
export function auditTable(jobs: readonly AuditedJob[]): string {
  return [
    row('job', (column) => column),
    ...jobs.map((job) => row(job.job, (column) => job[column])),
    row('in all', (column) => sumOf(jobs, column)),
  ].join('\n')
}

function row(name: string, cell: (column: Column) => string | number): string {
  return name.padEnd(NAME_WIDTH) + COLUMNS.map((column) => String(cell(column)).padStart(column.length + 1)).join('')
}

/** The faults in the audit, one line each; empty when all is well. */
export function auditProblems(jobs: readonly AuditedJob[]): string[] {
  return jobs.flatMap((job) => {
    const { doubled, expected, job: name, problem, unaccounted } = job
    const told = FATES.reduce((sum, fate) => sum + job[fate], 0)
    return [
      ...(problem === null ? [] : [`${name}: ${problem}`]),
      ...(expected === 0 ? [`${name}: no tick was expected, so the audit shows nothing`] : []),
      ...(doubled > 0 ? [`${name}: ${doubled} tick(s) ran twice`] : []),
      ...(unaccounted > 0 ? [`${name}: ${unaccounted} tick(s) left no trace`] : []),
      ...(told === expected ? [] : [`${name}: ${expected} tick(s) were expected, and the columns tell of ${told}`]),
    ]
  })
}

/** The number of ticks for the next start to settle: the last stop came between their instant and their end. */
export function openTicks(jobs: readonly AuditedJob[]): number {
  return sumOf(jobs, 'open')
}

function sumOf(jobs: readonly AuditedJob[], column: Column): number {
  return jobs.reduce((sum, job) => sum + job[column], 0)
}
