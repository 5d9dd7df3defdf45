import type { TimelineEntry } from '@s3sched/history'
import type { StatisticsSummary } from '@s3sched/history'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'

const WIDTH = 1000
const HEIGHT = 220
const MARGIN = { top: 12, right: 12, bottom: 12, left: 84 }

interface Level {
  readonly name: string
  readonly ms: number
}

/** The durations of runs along time on a logarithmic scale, with their percentiles as lines. Beside it stands a table. */
export function durationPlot(runs: readonly TimelineEntry[], statistics: StatisticsSummary): Html | null {
  const ran = runs.filter(({ attempts }) => attempts > 0)
  const [newest, oldest] = [ran[0]?.scheduledTime, ran.at(-1)?.scheduledTime]
  if (newest === undefined || oldest === undefined) return null
  const levels = levelsOf(statistics)
  const all = [...ran.map(({ durationMs }) => durationMs), ...levels.map(({ ms }) => ms)]
  const scale = logScale(Math.min(...all), Math.max(...all))
  const x = (time: number): number => {
    const share = newest === oldest ? 0.5 : (time - oldest) / (newest - oldest)
    return round(MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right))
  }
  const y = (ms: number): number => round(MARGIN.top + (1 - scale.share(ms)) * (HEIGHT - MARGIN.top - MARGIN.bottom))
  const grid = scale.marks.map(
    (ms) =>
      html`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(ms)}" y2="${y(ms)}" />
        <text x="${MARGIN.left - 8}" y="${y(ms) + 4}" text-anchor="end">${formatDuration(ms)}</text>`,
  )
  const lines = levels.map(
    ({ ms, name }) =>
      html`<line
        class="level is-${name}"
        x1="${MARGIN.left}"
        x2="${WIDTH - MARGIN.right}"
        y1="${y(ms)}"
        y2="${y(ms)}"
      />`,
  )
  const dots = ran.map(
    ({ durationMs, scheduledTime, status }) =>
      html`<circle class="is-${status}" cx="${x(scheduledTime)}" cy="${y(durationMs)}" r="3" />`,
  )
  return html`<svg
    class="plot"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="${describe(ran.length, levels)}"
  >
    ${grid}${lines}${dots}
  </svg>`
}

/** The percentiles as bars, each with its value. */
export function percentileBars(statistics: StatisticsSummary): Html | null {
  const levels = levelsOf(statistics)
  const longest = Math.max(...levels.map(({ ms }) => ms), 1)
  if (levels.length === 0) return null
  const rows = levels.map(
    ({ ms, name }) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="bar">
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="is-${name}" width="${round((ms / longest) * 100)}" height="10" />
          </svg>
        </td>
        <td class="number">${formatDuration(ms)}</td>
      </tr>`,
  )
  return html`<table class="bars">
    <caption>
      Durations of all runs
    </caption>
    <thead class="hidden">
      <tr>
        <th scope="col">Percentile</th>
        <th scope="col">Bar</th>
        <th scope="col">Duration</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}

function levelsOf({ longestMs, p50Ms, p95Ms, p99Ms }: StatisticsSummary): Level[] {
  const levels = [
    { name: 'p50', ms: p50Ms },
    { name: 'p95', ms: p95Ms },
    { name: 'p99', ms: p99Ms },
    { name: 'max', ms: longestMs },
  ]
  return levels.filter((level): level is Level => level.ms !== undefined)
}

function describe(count: number, levels: readonly Level[]): string {
  return `Durations of the last ${count} runs. ${levels.map(({ ms, name }) => `${name} ${formatDuration(ms)}`).join(', ')}`
}

interface LogScale {
  /** Where a duration lies, 0 to 1. */
  share(ms: number): number
  /** Powers of ten within. */
  readonly marks: readonly number[]
}

/** From the power of ten at or below the smallest to the one at or above the largest. */
function logScale(smallest: number, largest: number): LogScale {
  const low = Math.floor(Math.log10(Math.max(1, smallest)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, largest))))
  const marks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
  return { share: (ms) => (Math.log10(Math.max(1, ms)) - low) / (high - low), marks }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
