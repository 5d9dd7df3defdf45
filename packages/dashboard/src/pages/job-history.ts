import {
  RUN_STATUSES,
  type HistoryProblem,
  type RunHistory,
  type RunStatus,
  type TimelineEntry,
} from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { NEWEST, type NewestRuns } from '../fleet/timeline-cache.ts'
import { formatDuration } from '../html/duration.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { leftOut } from '../html/left-out.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import { dayFilter, periodOf as daysOf, readDays, type Days } from './day-filter.ts'

const PER_PAGE = 50

export interface JobHistoryContext {
  readonly job: JobView
  /** The newest runs of the job, as listed for the plot. */
  readonly newest: NewestRuns
  readonly links: Links
  readonly query: URLSearchParams
  readonly zone: string
}

/** The reader's choice of runs. `before` is an instant, epoch ms. */
interface Filter extends Days {
  readonly status: RunStatus | undefined
  readonly before: number | undefined
  readonly page: number
}

/** The runs of a job by their keys: the listed newest runs, or 1 LIST for other runs. */
export async function jobHistory(context: JobHistoryContext, history: RunHistory): Promise<Html> {
  const { job, links, newest, query, zone } = context
  const filter = readFilter(query)
  const isOther = filter.from !== undefined || filter.to !== undefined || filter.before !== undefined
  const problems = new Map<string, HistoryProblem>()
  const onProblem = (problem: HistoryProblem): void => void problems.set(problem.key, problem)
  const other = { job: job.name, limit: NEWEST, onProblem, ...periodOf(filter, zone) }
  const runs = isOther ? await history.timeline(other) : newest.entries
  const matching = filter.status === undefined ? runs : runs.filter(({ status }) => status === filter.status)
  const oldest = runs.length >= NEWEST ? runs.at(-1)?.scheduledTime : undefined
  return html`<section aria-labelledby="history" class="panel">
    <h2 id="history">History</h2>
    ${formOf(filter, links.job(job.name), zone)} ${tableOf(context, filter, matching, isOther)}
    ${leftOut(isOther ? [...problems.values()] : newest.problems)} ${pagerOf(context, filter, matching.length, oldest)}
  </section>`
}

function readFilter(query: URLSearchParams): Filter {
  const before = Number(query.get('before') ?? Number.NaN)
  return {
    status: RUN_STATUSES.find((one) => one === query.get('status')),
    ...readDays(query),
    before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
    page: Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1),
  }
}

function periodOf({ before, ...days }: Filter, zone: string): { since?: number; until?: number } {
  const { since = 0, until } = daysOf(days, zone)
  const ends = [before, until].filter((end) => end !== undefined)
  return ends.length === 0 ? { since } : { since, until: Math.max(since, Math.min(...ends)) }
}

function formOf({ status, ...days }: Filter, action: string, zone: string): Html {
  return html`<form class="filter" method="get" action="${action}#history">
    <label for="status">Ended as</label>
    <select id="status" name="status">
      <option value="">anything</option>
      ${RUN_STATUSES.map((one) => html`<option value="${one}" ${one === status && html` selected`}>${one}</option>`)}
    </select>
    ${dayFilter(days, zone)} <button>Show</button>
  </form>`
}

function tableOf(
  { job, links }: JobHistoryContext,
  { page, status }: Filter,
  matching: readonly TimelineEntry[],
  isOther: boolean,
): Html {
  const isFirst = page === 1 && status === undefined && !isOther
  const open = isFirst ? job.running : []
  const rows = [
    ...open.map(
      (run) =>
        html`<tr role="row">
          <th scope="row" role="rowheader">
            <a href="${links.run({ job: job.name, ...run })}">${instant(run.scheduledTime)}</a>
          </th>
          <td role="cell">${statusMark('running')}</td>
          <td role="cell" class="number roomy">–</td>
          <td role="cell" class="number roomy">–</td>
        </tr>`,
    ),
    ...matching.slice((page - 1) * PER_PAGE, page * PER_PAGE).map(
      (run) =>
        html`<tr role="row">
          <th scope="row" role="rowheader"><a href="${links.run(run)}">${instant(run.scheduledTime)}</a></th>
          <td role="cell">${statusMark(run.status)}</td>
          <td role="cell" class="number"><span class="heading">Duration </span>${formatDuration(run.durationMs)}</td>
          <td role="cell" class="number"><span class="heading">Attempts </span>${run.attempts}</td>
        </tr>`,
    ),
  ]
  if (rows.length === 0) return html`<p>No such runs.</p>`
  return cardTable({
    label: 'Runs',
    isPlain: true,
    columns: [
      'Scheduled for',
      'Ended as',
      { title: 'Duration', cells: 'number' },
      { title: 'Attempts', cells: 'number' },
    ],
    rows,
  })
}

function pagerOf(
  { job, links }: JobHistoryContext,
  filter: Filter,
  count: number,
  oldest: number | undefined,
): Html | null {
  const { before, from, page, status, to } = filter
  const pages = Math.max(1, Math.ceil(count / PER_PAGE))
  const link = (changed: { page?: number; before?: number | undefined }): string =>
    `${links.job(job.name, { status, from, to, before, ...changed })}#history`
  // A run at the same instant as the oldest run may be shown twice; no run is left out.
  const older =
    page < pages ? link({ page: page + 1 }) : oldest === undefined ? undefined : link({ before: oldest + 1 })
  if (pages === 1 && older === undefined) return null
  return html`<nav class="pager" aria-label="More runs">
    ${page > 1 && html`<a href="${link({ page: page - 1 })}">Newer</a>`}
    <span>Page ${page} of ${pages}</span> ${older !== undefined && html`<a href="${older}">Older</a>`}
  </nav>`
}
