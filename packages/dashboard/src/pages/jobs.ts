import type { JobView } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import type { Page, PageContext } from './page.ts'
import { scheduleText } from './schedule-text.ts'

export function jobsPage({ links, query, snapshot }: PageContext): Page {
  const wanted = (query.get('q') ?? '').trim()
  const all = query.get('removed') === '1'
  const jobs = snapshot.jobs
    .filter((job) => all || job.state !== 'removed')
    .filter((job) => matches(job, wanted.toLowerCase()))
  const removed = snapshot.jobs.filter(({ state }) => state === 'removed').length
  const body = html` <form class="filter" method="get" action="${links.to('jobs')}" role="search">
      <label for="q">Name or description</label>
      <input id="q" name="q" type="search" value="${wanted}" data-filter="jobs" autocomplete="off" />
      ${removed > 0 && html`<label><input type="checkbox" name="removed" value="1" ${all && html` checked`} /> ${removed} removed</label>`}
      <button>Filter</button>
    </form>
    <p class="note">${jobs.length} jobs</p>
    ${cardTable({ id: 'jobs', label: 'Jobs', columns: ['Job', 'State', 'Schedule', 'Next', 'Last run', { title: 'Succeeds', cells: 'number' }, { title: 'Median', cells: 'number' }, { title: '95 %', cells: 'number' }], rows: jobs.map((job) => rowOf(job, links)) })}`
  return { title: 'Jobs', section: 'jobs', body }
}

function matches({ name, spec }: JobView, wanted: string): boolean {
  return name.toLowerCase().includes(wanted) || spec.description.toLowerCase().includes(wanted)
}

function rowOf(job: JobView, links: Links): Html {
  const { lastRun, name, nextRun, spec, statistics } = job
  const rate = statistics.successRate
  return html`<tr role="row" data-search="${`${name} ${spec.description}`.toLowerCase()}">
    <th scope="row" role="rowheader">
      <a href="${links.job(name)}">${name}</a>
      ${spec.description !== '' && html`<span class="description">${spec.description}</span>`}
    </th>
    <td role="cell">${job.running.length > 0 ? statusMark('running') : statusMark(job.state)}</td>
    <td role="cell" class="text schedule">${scheduleText(spec)}</td>
    <td role="cell">
      ${job.overdueSince === null ? instant(nextRun, true) : html`<span class="bad">due ${instant(job.overdueSince, true)}</span>`}
    </td>
    <td role="cell" class="whole">
      ${lastRun === null ? instant(null) : html`<a href="${links.run({ job: name, ...lastRun })}">${statusMark(lastRun.status)}</a> ${instant(lastRun.endedAt, true)}`}
    </td>
    <td role="cell" class="number wide">${rate === undefined ? '–' : `${percent(rate)} %`}</td>
    <td role="cell" class="number wide">${durationOf(statistics.p50Ms)}</td>
    <td role="cell" class="number wide">${durationOf(statistics.p95Ms)}</td>
  </tr>`
}

/** Rounded down: 100 only when every run succeeded. */
export function percent(share: number): number {
  return Math.floor(share * 1000) / 10
}

function durationOf(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms)
}
