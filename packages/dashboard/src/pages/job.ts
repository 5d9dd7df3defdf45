import type { RunHistory, StatisticsSummary } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import type { LagCache } from '../fleet/lag-cache.ts'
import type { TimelineCache } from '../fleet/timeline-cache.ts'
import { formatDuration } from '../html/duration.ts'
import { html, type Html } from '../html/html.ts'
import { comingInstant, instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import { tiles, type Tile } from '../html/tiles.ts'
import type { Action } from '../http/route.ts'
import { jobChain } from '../plot/job-chain.ts'
import { percent } from './jobs.ts'
import { jobHistory } from './job-history.ts'
import { jobStatistics } from './job-statistics.ts'
import type { Page, PageContext } from './page.ts'
import { scheduleText } from './schedule-text.ts'
import { specTable } from './spec-table.ts'

export interface JobPageDeps {
  readonly history: RunHistory
  readonly timelines: TimelineCache
  readonly lags: LagCache
}

/** One job: its record, its runs without details, and the lags of the newest runs. */
export async function jobPage(
  context: PageContext,
  job: JobView,
  { history, lags, timelines }: JobPageDeps,
): Promise<Page> {
  const { actions, links, query, snapshot, zone } = context
  const newest = await timelines.newest(job)
  const problems = snapshot.health.filter((finding) => finding.job === job.name)
  const body = html`<p class="lead">
      ${statusMark(job.state)} ${job.running.length > 0 && statusMark('running')}
      <span class="text schedule">${scheduleText(job.spec)}</span>
      ${job.spec.description !== '' && html`<span class="text">${job.spec.description}</span>`}
      ${job.spec.schedule !== null && html`<a href="${links.calendar(job.name)}">A year of this schedule</a>`}
    </p>
    ${noticeOf(query.get('done'))} ${buttonsOf(job, actions, links)}
    ${
      problems.length > 0 &&
      html`<ul class="findings panel">
        ${problems.map(
          ({ advice, level, message }) =>
            html`<li class="is-${level}">
              <p class="text">${message}</p>
              <p class="advice">${advice}.</p>
            </li>`,
        )}
      </ul>`
    }
    ${tiles(tilesOf(job, links))} ${jobStatistics(job.statistics, newest.entries, await lags.newest(job))}
    ${jobChain(job, snapshot.jobs, links)} ${await jobHistory({ job, newest, links, query, zone }, history)}
    <section aria-labelledby="definition" class="panel">
      <h2 id="definition">Definition</h2>
      ${specTable(job)}
    </section>`
  return { title: job.name, section: 'jobs', body }
}

function tilesOf(job: JobView, links: Links): Tile[] {
  const { lastRun, lastTick, nextRun, overdueSince, statistics } = job
  return [
    overdueSince === null
      ? {
          label: 'Next run',
          value: comingInstant(nextRun),
          note: nextRun === null ? 'it has no next tick' : instant(nextRun),
        }
      : { label: 'Due', value: instant(overdueSince, true), note: 'nobody has claimed it', level: 'bad' },
    lastRun === null
      ? { label: 'Last run', value: '–', note: 'it has not run yet' }
      : {
          label: 'Last run',
          value: html`<a href="${links.run({ job: job.name, ...lastRun })}">${statusMark(lastRun.status)}</a>`,
          note: html`${instant(lastRun.endedAt, true)}, took ${formatDuration(lastRun.durationMs)}`,
        },
    successTile(statistics),
    {
      label: 'Median duration',
      value: statistics.p50Ms === undefined ? '–' : formatDuration(statistics.p50Ms),
      note: statistics.p95Ms === undefined ? 'of no run' : `95 % within ${formatDuration(statistics.p95Ms)}`,
    },
    {
      label: 'Ticks handled up to',
      value: instant(lastTick, true),
      note: lastTick === null ? 'no tick so far' : instant(lastTick),
    },
  ]
}

function successTile({ runs, successRate }: StatisticsSummary): Tile {
  const label = 'Success rate'
  const note = runs === 1 ? 'of 1 run' : `of ${runs} runs`
  if (successRate === undefined) return { label, value: '–', note }
  const level = successRate === 1 ? 'well' : successRate < 0.9 ? 'bad' : 'warn'
  return { label, value: `${percent(successRate)} %`, note, level }
}

const NOTICES: Readonly<Record<string, string>> = {
  cancel: 'The end of its run was requested. Its process looks within 15 s.',
  pause: 'The job is paused in the whole fleet.',
  resume: 'The job is resumed. Its ticks count from now on.',
}

function noticeOf(done: string | null): Html | null {
  const notice = done === null || !Object.hasOwn(NOTICES, done) ? undefined : NOTICES[done]
  return notice === undefined ? null : html`<p class="banner is-well" role="status">${notice}</p>`
}

function buttonsOf({ name, running, state }: JobView, actions: ReadonlySet<Action>, links: Links): Html | null {
  if (state === 'removed') return null
  const useful: [Action, string][] = [
    ['run', 'Run now…'],
    ...(running.length > 0 ? [['cancel', 'Cancel its run…'] as [Action, string]] : []),
    state === 'active' ? ['pause', 'Pause…'] : ['resume', 'Resume…'],
  ]
  const offered = useful.filter(([action]) => actions.has(action))
  if (offered.length === 0) return null
  return html`<p class="actions">
    ${offered.map(([action, text]) => html`<a class="button" href="${links.action(name, action)}">${text}</a> `)}
  </p>`
}
