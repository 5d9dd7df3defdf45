import type { JobView } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { comingInstant, instant } from '../html/instant.ts'
import type { Links, Query } from '../html/links.ts'
import { pager } from '../html/pager.ts'
import { select } from '../html/select.ts'
import { statusMark } from '../html/status-mark.ts'
import { ACTIONS, type Action } from '../http/route.ts'
import { chooseJobs, isFailing, JOB_CONDITIONS, readJobFilter, textOf, type JobFilter } from './job-filter.ts'
import type { Page, PageContext } from './page.ts'
import { scheduleText } from './schedule-text.ts'

/** A row for each; more rows are slow to paint. */
const PER_PAGE = 50
const ORDERS = [
  ['name', 'name'],
  ['next', 'next run'],
  ['last', 'last run'],
  ['success', 'success rate'],
  ['duration', 'duration'],
] as const

const VERBS: Readonly<Record<Action, string>> = { run: 'Run', cancel: 'Cancel', pause: 'Pause', resume: 'Resume' }

/** @param actionsOn - what the viewer may do with a job */
export async function jobsPage(
  { links, query, snapshot }: PageContext,
  actionsOn: (job: string) => Promise<ReadonlySet<Action>>,
): Promise<Page> {
  const filter = readJobFilter(query)
  const found = chooseJobs(snapshot.jobs, filter)
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE))
  const page = Math.min(pages, Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1))
  const jobs = found.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const useful = await Promise.all(jobs.map(async (job) => usefulActions(job, await actionsOn(job.name))))
  const offered = ACTIONS.filter((action) => useful.some((actions) => actions.includes(action)))
  const table = cardTable({
    id: 'jobs',
    label: 'Jobs',
    columns: [
      ...(offered.length > 0 ? [CHOICE] : []),
      'Job',
      'State',
      'Schedule',
      'Next',
      'Last run',
      { title: 'Success', cells: 'number wide' },
      { title: 'Median', cells: 'number wide' },
      { title: '95 %', cells: 'number wide' },
      ...(offered.length > 0 ? ['Actions'] : []),
    ],
    rows: jobs.map((job, index) => rowOf(job, offered.length > 0 ? (useful[index] ?? []) : undefined, links)),
  })
  const body = html`${formOf(filter, snapshot.jobs, links, pages > 1)} ${noticeOf(query)}
    <p class="note" role="status">${found.length} ${found.length === 1 ? 'job' : 'jobs'}</p>
    ${
      offered.length === 0
        ? table
        : html`<form method="get" action="${links.to('many')}">
            <p class="actions" role="group" aria-label="With the chosen jobs">
              ${offered.map((action) => html`<button name="action" value="${action}">${VERBS[action]} chosen…</button>`)}
            </p>
            ${table}
          </form>`
    }
    ${pager({ label: 'More jobs', page, pages, link: (to) => links.to('jobs', { ...addressOf(filter), page: to }) })}`
  return { title: 'Jobs', section: 'jobs', body }
}

const CHOICE = { title: 'Choose', cells: 'choice' } as const

function usefulActions({ running, state }: JobView, may: ReadonlySet<Action>): Action[] {
  if (state === 'removed') return []
  const useful: readonly Action[] = [
    'run',
    ...(running.length > 0 ? (['cancel'] as const) : []),
    state === 'active' ? 'pause' : 'resume',
  ]
  return useful.filter((action) => may.has(action))
}

function addressOf({ group, sort, state, tag, text }: JobFilter): Query {
  return { q: text, state, tag, group, sort: sort === 'name' ? undefined : sort }
}

function formOf(
  { group, sort, state, tag, text }: JobFilter,
  jobs: readonly JobView[],
  links: Links,
  asks: boolean,
): Html {
  const live = jobs.filter((job) => job.state !== 'removed')
  const tags = [...new Set(live.flatMap(({ spec }) => spec.tags ?? []))].toSorted()
  const groups = [...new Set(live.flatMap(({ spec }) => spec.group ?? []))].toSorted()
  const any = ['', 'any'] as const
  const same = (values: readonly string[]) => [any, ...values.map((value) => [value, value] as const)]
  return html`<form class="filter" method="get" action="${links.to('jobs')}" role="search">
    <label for="q">Name, description or tag</label>
    <input
      id="q"
      name="q"
      type="search"
      value="${text}"
      ${asks ? html`data-ask="#jobs"` : html`data-filter="jobs"`}
      autocomplete="off"
    />
    ${select({ id: 'state', label: 'State', options: same(JOB_CONDITIONS), chosen: state })}
    ${tags.length > 0 && select({ id: 'tag', label: 'Tag', options: same(tags), chosen: tag })}
    ${groups.length > 0 && select({ id: 'group', label: 'Group', options: same(groups), chosen: group })}
    ${select({ id: 'sort', label: 'Sort by', options: ORDERS, chosen: sort })} <button>Show</button>
  </form>`
}

function noticeOf(query: URLSearchParams): Html | null {
  const count = Number(query.get('count') ?? Number.NaN)
  const action = ACTIONS.find((known) => known === query.get('done'))
  if (action === undefined || !Number.isSafeInteger(count)) return null
  return html`<p class="banner is-well" role="status">${DONE[action]}: ${count} ${count === 1 ? 'job' : 'jobs'}.</p>`
}

const DONE: Readonly<Record<Action, string>> = {
  run: 'Runs were requested',
  cancel: 'The ends of runs were requested',
  pause: 'Paused',
  resume: 'Resumed',
}

/** @param actions - `undefined` where no job of the page has any */
function rowOf(job: JobView, actions: readonly Action[] | undefined, links: Links): Html {
  const { lastRun, name, nextRun, spec, statistics } = job
  const rate = statistics.successRate
  const about = [...(spec.group === null ? [] : [`group ${spec.group}`]), ...(spec.tags ?? [])]
  return html`<tr role="row" data-search="${textOf(job)}">
    ${actions !== undefined && html`<td role="cell" class="choice"><input type="checkbox" name="job" value="${name}" aria-label="${name}" /></td>`}
    <th scope="row" role="rowheader">
      <a href="${links.job(name)}">${name}</a>
      ${spec.description !== '' && html`<span class="description">${spec.description}</span>`}
      ${about.length > 0 && html`<span class="description">${about.join(' · ')}</span>`}
    </th>
    <td role="cell">
      ${job.running.length > 0 ? statusMark('running') : isFailing(job) ? statusMark('failing') : statusMark(job.state)}
    </td>
    <td role="cell" class="text schedule">${scheduleText(spec)}</td>
    <td role="cell">
      ${job.overdueSince === null ? comingInstant(nextRun) : html`<span class="bad">due ${instant(job.overdueSince, true)}</span>`}
    </td>
    <td role="cell" class="whole">
      ${lastRun === null ? instant(null) : html`<a href="${links.run({ job: name, ...lastRun })}">${statusMark(lastRun.status)}</a> ${instant(lastRun.endedAt, true)}`}
    </td>
    <td role="cell" class="number wide">${rate === undefined ? '–' : `${percent(rate)} %`}</td>
    <td role="cell" class="number wide">${durationOf(statistics.p50Ms)}</td>
    <td role="cell" class="number wide">${durationOf(statistics.p95Ms)}</td>
    ${actions !== undefined && html`<td role="cell" class="whole row-actions">${actions.map((action) => html`<a href="${links.action(name, action)}" aria-label="${`${VERBS[action]} ${name}`}">${VERBS[action]}…</a> `)}</td>`}
  </tr>`
}

/** Rounded down: 100 only when every run succeeded. */
export function percent(share: number): number {
  return Math.floor(share * 1000) / 10
}

function durationOf(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms)
}
