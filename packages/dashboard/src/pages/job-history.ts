import { RUN_STATUSES, type RunHistory, type RunStatus, type TimelineEntry } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { NEWEST } from '../fleet/timeline-cache.ts'
import { formatDuration } from '../html/duration.ts'
import { dataTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import { utcDay } from '../plot/utc-day.ts'

const PER_PAGE = 50
const DAY_MS = 86_400_000

export interface JobHistoryContext {
  readonly job: JobView
  /** The newest runs of the job, as listed for the plot. */
  readonly newest: readonly TimelineEntry[]
  readonly links: Links
  readonly query: URLSearchParams
}

/** The reader's choice of runs. `from` and `to` are days, `2026-03-29`; `before` is an instant, epoch ms. */
interface Filter {
  readonly status: RunStatus | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly before: number | undefined
  readonly page: number
}

/** The runs of a job by their keys: the listed newest runs, or 1 LIST for other runs. */
export async function jobHistory(context: JobHistoryContext, history: RunHistory): Promise<Html> {
  const { job, links, newest, query } = context
  const filter = readFilter(query)
  const isOther = filter.from !== undefined || filter.to !== undefined || filter.before !== undefined
  const runs = isOther ? await history.timeline({ job: job.name, limit: NEWEST, ...periodOf(filter) }) : newest
  const matching = filter.status === undefined ? runs : runs.filter(({ status }) => status === filter.status)
  const oldest = runs.length >= NEWEST ? runs.at(-1)?.scheduledTime : undefined
  return html`<section aria-labelledby="history" class="panel">
    <h2 id="history">History</h2>
    ${formOf(filter, links.job(job.name))} ${tableOf(context, filter, matching, isOther)}
    ${pagerOf(context, filter, matching.length, oldest)}
  </section>`
}

function readFilter(query: URLSearchParams): Filter {
  const day = (name: string): string | undefined => {
    const given = query.get(name) ?? ''
    return /^\d{4}-\d\d-\d\d$/.test(given) && utcDay(given) >= 0 ? given : undefined
  }
  const [from, to] = [day('from'), day('to')]
  const before = Number(query.get('before') ?? Number.NaN)
  return {
    status: RUN_STATUSES.find((one) => one === query.get('status')),
    from,
    // A `to` before `from` is ignored.
    to: from !== undefined && to !== undefined && to < from ? undefined : to,
    before: Number.isSafeInteger(before) && before > 0 ? before : undefined,
    page: Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1),
  }
}

function periodOf({ before, from, to }: Filter): { since?: number; until?: number } {
  const since = from === undefined ? 0 : utcDay(from)
  const ends = [before, to === undefined ? undefined : utcDay(to) + DAY_MS].filter((end) => end !== undefined)
  return ends.length === 0 ? { since } : { since, until: Math.max(since, Math.min(...ends)) }
}

function formOf({ from, status, to }: Filter, action: string): Html {
  return html`<form class="filter" method="get" action="${action}#history">
    <label for="status">Ended as</label>
    <select id="status" name="status">
      <option value="">anything</option>
      ${RUN_STATUSES.map((one) => html`<option value="${one}" ${one === status && html` selected`}>${one}</option>`)}
    </select>
    <label for="from">from</label> <input id="from" name="from" type="date" value="${from}" />
    <label for="to">to</label> <input id="to" name="to" type="date" value="${to}" /> (UTC) <button>Show</button>
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
        html`<tr>
          <th scope="row"><a href="${links.run({ job: job.name, ...run })}">${instant(run.scheduledTime)}</a></th>
          <td>${statusMark('running')}</td>
          <td class="number">–</td>
          <td class="number">–</td>
        </tr>`,
    ),
    ...matching.slice((page - 1) * PER_PAGE, page * PER_PAGE).map(
      (run) =>
        html`<tr>
          <th scope="row"><a href="${links.run(run)}">${instant(run.scheduledTime)}</a></th>
          <td>${statusMark(run.status)}</td>
          <td class="number">${formatDuration(run.durationMs)}</td>
          <td class="number">${run.attempts}</td>
        </tr>`,
    ),
  ]
  if (rows.length === 0) return html`<p>No such runs.</p>`
  return dataTable({
    label: 'Runs',
    columns: ['Tick', 'How it ended', { title: 'Took', cells: 'number' }, { title: 'Attempts', cells: 'number' }],
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
