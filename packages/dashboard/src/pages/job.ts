import { RUN_STATUSES, type History, type StatisticsSummary, type TimelineEntry } from '@s3sched/history'
import type { JobView } from '@s3sched/plugin/operator'
import type { TimelineCache } from '../fleet/timeline-cache.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import type { Action } from '../http/route.ts'
import { durationPlot, percentileBars } from '../plot/duration-plot.ts'
import { percent } from './jobs.ts'
import { jobHistory } from './job-history.ts'
import type { Page, PageContext } from './page.ts'
import { scheduleText } from './schedule-text.ts'
import { specTable } from './spec-table.ts'

export interface JobPageDeps {
  readonly history: History
  readonly timelines: TimelineCache
}

/** One job: its record, and its runs by their keys alone. */
export async function jobPage(context: PageContext, job: JobView, { history, timelines }: JobPageDeps): Promise<Page> {
  const { canAct, links, query, snapshot } = context
  const runs = await timelines.newest(job)
  const problems = snapshot.health.filter((finding) => finding.job === job.name)
  const body = html` <p class="lead">
      ${statusMark(job.state)} ${job.running.length > 0 && statusMark('running')}
      <span class="text">${scheduleText(job.spec)}</span>
      ${job.spec.description !== '' && html` · <span class="text">${job.spec.description}</span>`}
    </p>
    ${noticeOf(query.get('done'))} ${canAct && buttonsOf(job, links)}
    ${
      problems.length > 0 &&
      html`<ul class="findings">
        ${problems.map(
          ({ advice, level, message }) =>
            html`<li class="is-${level}">
              <p class="text">${message}</p>
              <p class="advice">${advice}.</p>
            </li>`,
        )}
      </ul>`
    }
    <dl class="facts">
      <dt>Next run</dt>
      <dd>${instant(job.nextRun, true)}</dd>
      <dt>Last run</dt>
      <dd>
        ${job.lastRun === null ? instant(null) : html`<a href="${links.run({ job: job.name, ...job.lastRun })}">${statusMark(job.lastRun.status)}</a> ${instant(job.lastRun.endedAt, true)}`}
      </dd>
      <dt>Ticks settled up to</dt>
      <dd>${instant(job.lastTick)}</dd>
      <dt>Calendar</dt>
      <dd><a href="${links.calendar(job.name)}">A year of this schedule</a></dd>
    </dl>
    ${statisticsOf(job.statistics, runs)} ${await jobHistory({ job, newest: runs, links, query }, history)}
    <section aria-labelledby="definition">
      <h2 id="definition">Definition</h2>
      ${specTable(job)}
    </section>`
  return { title: job.name, section: 'jobs', body }
}

const NOTICES: Readonly<Record<string, string>> = {
  run: 'A run was requested. The leader starts it within 15 s.',
  cancel: 'The end of its run was requested. Whoever runs it looks within 15 s.',
  pause: 'The job is paused in the whole fleet.',
  resume: 'The job is resumed. Its ticks count from now on.',
}

function noticeOf(done: string | null): Html | null {
  const notice = done === null || !Object.hasOwn(NOTICES, done) ? undefined : NOTICES[done]
  return notice === undefined ? null : html`<p class="banner is-well" role="status">${notice}</p>`
}

function buttonsOf({ name, running, state }: JobView, links: Links): Html | null {
  if (state === 'removed') return null
  const offered: [Action, string][] = [
    ['run', 'Run now…'],
    ...(running.length > 0 ? [['cancel', 'Cancel its run…'] as [Action, string]] : []),
    state === 'active' ? ['pause', 'Pause…'] : ['resume', 'Resume…'],
  ]
  return html`<p class="actions">
    ${offered.map(([action, text]) => html`<a class="button" href="${links.action(name, action)}">${text}</a> `)}
  </p>`
}

function statisticsOf(statistics: StatisticsSummary, runs: readonly TimelineEntry[]): Html {
  const { counts, streak, successRate, total } = statistics
  const kinds = RUN_STATUSES.filter((status) => counts[status] > 0)
  return html`<section aria-labelledby="statistics">
    <h2 id="statistics">Statistics</h2>
    ${total === 0 && html`<p>It has not run yet.</p>`}
    <ul class="counts">
      ${kinds.map((status) => html`<li>${statusMark(status)} ${counts[status]}</li>`)}
    </ul>
    ${successRate !== undefined && html`<p>${percent(successRate)} % of its runs succeed.${streak.length > 1 && html` The last ${streak.length} in a row: ${streak.outcome}.`}</p>`}
    <div class="columns">${percentileBars(statistics)}</div>
    ${durationPlot(runs, statistics)}
  </section>`
}
