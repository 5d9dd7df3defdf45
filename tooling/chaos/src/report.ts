import type { AuditedJob } from '@s3sched/plugin'
import type { Figures } from './judge/figures.ts'
import type { Judgement } from './judge/judge.ts'

const COLUMNS = ['expected', 'ran', 'skipped', 'missed', 'lost', 'open'] as const
/** More problems than this help nobody. */
const MAX_PROBLEMS = 30

/** The report of a run, for people, in Markdown. */
export function reportOf(figures: Figures, { problems, ticks }: Judgement): string {
  const sum = Object.fromEntries(
    COLUMNS.map((column) => [column, ticks.reduce((n, { tally }) => n + tally[column], 0)]),
  )
  const rows = [
    ['job', ...COLUMNS],
    ...ticks.map(({ job, tally }) => [job, ...COLUMNS.map((column) => String(tally[column]))]),
    ['in all', ...COLUMNS.map((column) => String(sum[column]))],
  ]
  const faults = Object.entries(figures.faults).map(([kind, count]) => `${count} × ${kind}`)
  const takeovers = figures.takeovers.map(({ after, count, maxMs, medianMs }) => [
    after,
    String(count),
    seconds(medianMs),
    seconds(maxMs),
  ])
  return [
    `${figures.processes} processes, ${figures.epochs} terms of leadership, ${figures.starts} starts of actions.`,
    `Faults: ${faults.join(', ')}.`,
    `Start after the tick (each-second): median ${figures.lagMs.median} ms, p99 ${seconds(figures.lagMs.p99)}; longest time without any start ${seconds(figures.longestGapMs)}.`,
    `After the last fault the fleet ${figures.restMs === undefined ? 'did not come to rest' : `had come to rest by ${seconds(figures.restMs)}`}.`,
    '',
    table(rows),
    '',
    table([['the leader was lost by', 'times', 'median until the next', 'longest'], ...takeovers]),
    ...(figures.changed === undefined ? [] : ['', changedLine(figures.changed)]),
    '',
    problems.length === 0 ? 'Nothing is broken.' : `${problems.length} times something is BROKEN:`,
    ...problems.slice(0, MAX_PROBLEMS),
    ...(problems.length > MAX_PROBLEMS ? [`… and ${problems.length - MAX_PROBLEMS} more`] : []),
  ].join('\n')
}

/** The ticks of this job can't be recomputed without the product, so the table leaves the job out. */
function changedLine({ expected, lost, missed, periods, ran, skipped, withdrawn }: AuditedJob): string {
  const fates = `${ran} ran, ${skipped} skipped, ${missed} missed, ${lost} lost, ${withdrawn} withdrawn by a change`
  return `changed, by the product's audit: ${periods} periods with ${expected} ticks; ${fates}.`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
