import type { RunStatus } from '@s3sched/history'
import type { DrawnRun } from '../fleet/timeline-cache.ts'
import { html, type Html } from '../html/html.ts'
import { along, axisMarks, type StripPeriod } from './time-axis.ts'

/** The order of drawing: of several runs in one column, the first status of this list is drawn. */
const GRAVITY: readonly RunStatus[] = ['failed', 'timeout', 'lost', 'missed', 'cancelled', 'skipped', 'success']
/** Units of the drawing; the drawing is stretched to the width of the page. */
const COLUMNS = 240
const STEP = 5
const HEIGHT = 20

/**
 * The runs of one job along time: a column per run, and the gravest of several runs in a column. Decoration beside its
 * text.
 * @param grid - of {@link stripGrid}, the same for all strips of a period
 */
export function runStrip(runs: readonly DrawnRun[], period: StripPeriod, grid: string): Html {
  const columns = columnsOf(runs, period)
  const paths = GRAVITY.flatMap((status) => {
    const at = columns.flatMap((found, column) => (found === status ? [column] : []))
    return at.length === 0
      ? []
      : [html`<path class="is-${status}" d="${at.map((column) => bar(column, status)).join('')}" />`]
  })
  return html`<svg
    class="strip"
    viewBox="0 0 ${COLUMNS * STEP} ${HEIGHT}"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <path class="grid" d="${grid}" />
    ${paths}
  </svg>`
}

/** Lines at the marks of the axis above, as the data of a path. */
export function stripGrid(period: StripPeriod): string {
  const x = along(period, COLUMNS * STEP)
  return axisMarks(period)
    .map((at) => `M${Math.round(x(at))} 0V${HEIGHT}`)
    .join('')
}

/** The drawn status of every column. */
export function columnsOf(runs: readonly DrawnRun[], period: StripPeriod): (RunStatus | undefined)[] {
  const placeOf = along(period, COLUMNS)
  const columns = Array.from<RunStatus | undefined>({ length: COLUMNS })
  for (const { scheduledTime, status } of runs) {
    const column = Math.floor(placeOf(scheduledTime))
    if (column < 0 || column >= COLUMNS) continue
    const known = columns[column]
    if (known === undefined || GRAVITY.indexOf(status) < GRAVITY.indexOf(known)) columns[column] = status
  }
  return columns
}

/** Successful runs are lower, so that the other runs also show without colours. */
function bar(column: number, status: RunStatus): string {
  const top = status === 'success' ? 7 : status === 'skipped' || status === 'cancelled' ? 4 : 0
  return `M${column * STEP + 0.5} ${top}h${STEP - 1}V${HEIGHT - top / 2}h-${STEP - 1}z`
}
