import { scaleLinear, scaleLog } from '#scales'
import { RUN_STATUSES, type RunStatus } from '@s3sched/history'
import { groupBy, toDate } from '@s3sched/kernel'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { formatInstant } from '../html/instant.ts'

/** Of the drawing, px. */
const HEIGHT = 200
/** Units of the dots' places; these are stretched to the width of the page, and text and dots keep their size. */
const WIDTH = 1000
const MARGIN = 8
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** The familiar durations that a scale begins and ends at. */
const FAMILIAR = [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 100 * HOUR, 1000 * HOUR]

export interface Dot {
  /** Epoch ms. */
  readonly at: number
  readonly ms: number
  readonly status: RunStatus
}

/** A percentile, such as `p95`. */
export interface Level {
  readonly name: 'p50' | 'p95' | 'p99' | 'max'
  readonly ms: number
}

/** The marks from the one at or below the smallest duration to the one at or above the largest: two at least. */
export function marksBetween(smallest: number, largest: number): readonly number[] {
  const last = FAMILIAR.length - 1
  const low = FAMILIAR.findLastIndex((mark) => mark <= smallest)
  const from = Math.min(last - 1, Math.max(0, low))
  const above = FAMILIAR.findIndex((mark) => mark >= largest)
  return FAMILIAR.slice(from, Math.max(from + 1, above < 0 ? last : above) + 1)
}

/** Durations of runs along time, with percentiles as lines. @param label - the content of the plot, in words */
export function scatter(dots: readonly Dot[], levels: readonly Level[], label: string): Html | null {
  if (dots.length === 0) return null
  const times = dots.map(({ at }) => at)
  const [oldest, newest] = [Math.min(...times), Math.max(...times)]
  const all = [...dots, ...levels].map(({ ms }) => ms)
  const marks = marksBetween(Math.min(...all), Math.max(...all))
  const ends = [marks[0] ?? 1, marks.at(-1) ?? 10]
  const scale = scaleLog(ends, [HEIGHT - MARGIN, MARGIN]).clamp(true)
  const y = (ms: number): number => round(scale(Math.max(ms, ends[0] ?? 1)))
  // A single run is in the middle.
  const x = newest === oldest ? () => WIDTH / 2 : scaleLinear([oldest, newest], [WIDTH * 0.01, WIDTH * 0.99])
  const grid = marks.map((ms) => html`<line class="grid" x1="0" x2="100%" y1="${y(ms)}" y2="${y(ms)}" />`)
  const names = marks.map(
    (ms) =>
      html`<text x="100%" dx="-6" y="${y(ms) + 4}" text-anchor="end"
        >${ms === 1 ? '≤ 1 ms' : formatDuration(ms)}</text
      >`,
  )
  const shown = levels.filter(({ name }) => name === 'p50' || name === 'p95')
  const lines = shown.map(
    ({ ms, name }) => html`<line class="level is-${name}" x1="0" x2="100%" y1="${y(ms)}" y2="${y(ms)}" />`,
  )
  // One path for all runs of a status: a line of no length has round ends, and is a dot.
  const byStatus = groupBy(dots, ({ status }) => status)
  const points = RUN_STATUSES.map((status) => {
    const drawn = (byStatus.get(status) ?? []).map(({ at, ms }) => `M${round(x(at))} ${y(ms)}h0`)
    return drawn.length > 0 && html`<path class="is-${status}" d="${drawn.join('')}" />`
  })
  return html`<div class="plot" role="img" aria-label="${label}">
    <svg class="scale" height="${HEIGHT}">${names}</svg>
    <svg height="${HEIGHT}">
      ${grid}${lines}
      <svg class="dots" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${points}</svg>
    </svg>
    <svg class="levels" height="${HEIGHT}">
      ${apart(shown, y).map(({ at, name }) => html`<text class="level" x="4" y="${at + 4}">${name}</text>`)}
    </svg>
    <p class="ends">
      <span ${moment(oldest)}>${formatInstant(oldest)}</span>
      ${newest > oldest && html`<span ${moment(newest)}>${formatInstant(newest)}</span>`}
    </p>
  </div>`
}

/** The names of two levels that are close together stand one above the other. */
function apart(levels: readonly Level[], y: (ms: number) => number): { readonly name: string; readonly at: number }[] {
  const places = levels.map(({ ms, name }) => ({ name, at: y(ms) })).toSorted((a, b) => b.at - a.at)
  let below = Infinity
  return places.map(({ at, name }) => {
    below = Math.max(10, Math.min(at, below - 13))
    return { name, at: below }
  })
}

/** Lets the page's script show an instant in the viewer's own zone. */
function moment(at: number): Html {
  return html`data-at="${toDate(at).toISOString()}" data-short="moment"`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
