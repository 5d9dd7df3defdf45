import { RUN_STATUSES, summarizeLags, type StatisticsSummary, type TimelineEntry } from '@s3sched/history'
import type { Lag } from '../fleet/lag-cache.ts'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { statusMark } from '../html/status-mark.ts'
import { percentileBars } from '../plot/percentile-bars.ts'
import { scatter, type Level } from '../plot/scatter.ts'

/** The results, durations and lags of a job's runs. */
export function jobStatistics(
  statistics: StatisticsSummary,
  runs: readonly TimelineEntry[],
  lags: readonly Lag[],
): Html {
  const { counts, streak } = statistics
  const kinds = RUN_STATUSES.filter((status) => counts[status] > 0)
  return html`<section aria-labelledby="statistics">
    <h2 id="statistics" class="hidden">Statistics</h2>
    ${
      kinds.length > 0 &&
      html`<ul class="counts">
        ${kinds.map((status) => html`<li>${statusMark(status)} ${counts[status]}</li>`)}
        ${streak.length > 1 && html`<li class="none">the last ${streak.length} in a row: ${streak.outcome}</li>`}
      </ul>`
    }
    <div class="columns">${durationsOf(statistics, runs)} ${lagsOf(lags)}</div>
  </section>`
}

function durationsOf(
  { longestMs, p50Ms, p95Ms, p99Ms }: StatisticsSummary,
  runs: readonly TimelineEntry[],
): Html | null {
  const levels = levelsOf({ p50: p50Ms, p95: p95Ms, p99: p99Ms, max: longestMs })
  const dots = runs
    .filter(({ attempts }) => attempts > 0)
    .map(({ durationMs, scheduledTime, status }) => ({ at: scheduledTime, ms: durationMs, status }))
  if (levels.length === 0) return null
  return html`<section aria-labelledby="durations" class="panel">
    <h3 id="durations">Duration</h3>
    ${scatter(dots, levels, `Durations of the last ${dots.length} runs: ${wordsOf(levels)}`)}
    ${percentileBars(levels, 'Durations of all runs')}
  </section>`
}

function lagsOf(lags: readonly Lag[]): Html | null {
  const summary = summarizeLags(lags.map(({ lagMs }) => ({ trigger: 'schedule', lagMs })))
  if (summary === undefined) return null
  const { count, longestMs, p50Ms, p95Ms } = summary
  const levels = levelsOf({ p50: p50Ms, p95: p95Ms, p99: undefined, max: longestMs })
  const dots = lags.map(({ lagMs, scheduledTime, status }) => ({ at: scheduledTime, ms: lagMs, status }))
  return html`<section aria-labelledby="lags" class="panel">
    <h3 id="lags">Start delay</h3>
    ${scatter(dots, levels, `Lags of the last ${count} scheduled runs: ${wordsOf(levels)}`)}
    ${percentileBars(levels, `From the tick to the start, of the last ${count} scheduled runs`)}
  </section>`
}

function levelsOf(of: Readonly<Record<Level['name'], number | undefined>>): Level[] {
  const names: readonly Level['name'][] = ['p50', 'p95', 'p99', 'max']
  return names.flatMap((name) => {
    const ms = of[name]
    return ms === undefined ? [] : [{ name, ms }]
  })
}

function wordsOf(levels: readonly Level[]): string {
  return levels.map(({ ms, name }) => `${name} ${formatDuration(ms)}`).join(', ')
}
