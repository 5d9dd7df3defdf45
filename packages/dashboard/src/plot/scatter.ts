import type { RunStatus } from '@s3sched/history'
import { toDate } from '@s3sched/kernel'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { formatInstant } from '../html/instant.ts'
import { logScale } from './log-scale.ts'

/** A small drawing, so that its text can still be read on a phone. */
const WIDTH = 520
const HEIGHT = 230
const MARGIN = { top: 10, right: 44, bottom: 26, left: 62 }

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

/** Durations of runs along time, with percentiles as lines. @param label - the content of the plot, in words */
export function scatter(dots: readonly Dot[], levels: readonly Level[], label: string): Html | null {
  if (dots.length === 0) return null
  const times = dots.map(({ at }) => at)
  const [oldest, newest] = [Math.min(...times), Math.max(...times)]
  const all = [...dots, ...levels].map(({ ms }) => ms)
  const scale = logScale(Math.min(...all), Math.max(...all))
  const [left, right, bottom] = [MARGIN.left, WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom]
  const x = (at: number): number =>
    round(left + (newest === oldest ? 0.5 : (at - oldest) / (newest - oldest)) * (right - left))
  const y = (ms: number): number => round(bottom - scale.share(ms) * (bottom - MARGIN.top))
  const grid = scale.marks.map(
    (ms) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${y(ms)}" y2="${y(ms)}" />
        <text x="${left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms === 1 ? '≤ 1 ms' : formatDuration(ms)}</text>`,
  )
  const lines = levels
    .filter(({ name }) => name === 'p50' || name === 'p95')
    .map(
      ({ ms, name }) =>
        html`<line class="level is-${name}" x1="${left}" x2="${right}" y1="${y(ms)}" y2="${y(ms)}" />
          <text class="level" x="${right + 6}" y="${y(ms) + 4}">${name}</text>`,
    )
  const points = dots.map(
    ({ at, ms, status }) =>
      html`<circle class="is-${status}" cx="${x(at)}" cy="${y(ms)}" r="${status === 'success' ? 2.5 : 4}" />`,
  )
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    ${grid}${lines}${points}
    <text x="${left}" y="${HEIGHT - 6}" ${moment(oldest)}>${formatInstant(oldest)}</text>
    ${newest > oldest && html`<text x="${right}" y="${HEIGHT - 6}" text-anchor="end" ${moment(newest)}>${formatInstant(newest)}</text>`}
  </svg>`
}

/** Lets the page's script show an instant in the viewer's own zone. */
function moment(at: number): Html {
  return html`data-at="${toDate(at).toISOString()}" data-short="moment"`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
