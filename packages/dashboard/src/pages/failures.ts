import {
  RUN_STATUSES,
  type RunFilter,
  type RunHistory,
  type RunPage,
  type RunRecord,
  type RunStatus,
} from '@s3sched/history'
import { S3SchedError } from '@s3sched/kernel'
import { formatDuration } from '../html/duration.ts'
import { ofSeen } from '../fleet/fleet-snapshot.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import type { Links } from '../html/links.ts'
import { statusMark } from '../html/status-mark.ts'
import type { Page, PageContext } from './page.ts'

const KINDS = RUN_STATUSES.filter((status) => status !== 'success')
const DEFAULT: readonly RunStatus[] = ['failed', 'timeout', 'missed', 'lost']
const PER_PAGE = 50

/** Unsuccessful runs of all jobs, the newest first: 1 LIST, and 1 LIST and 1 GET per run. */
export async function failuresPage({ links, query, snapshot }: PageContext, history: RunHistory): Promise<Page> {
  const given = KINDS.filter((status) => query.getAll('status').includes(status))
  const status = given.length === 0 ? DEFAULT : given
  const cursor = query.get('cursor') ?? undefined
  const isEmpty = snapshot.seen?.size === 0
  const page = isEmpty ? { runs: [] } : await readPage(history, { status, ...ofSeen(snapshot) }, cursor)
  const older = new URLSearchParams([
    ...status.map((one): [string, string] => ['status', one]),
    ['cursor', page.cursor ?? ''],
  ])
  const body = html`<form class="filter" method="get" action="${links.to('failures')}">
      <fieldset>
        <legend>Show</legend>
        ${KINDS.map(
          (kind) =>
            html`<label
              ><input type="checkbox" name="status" value="${kind}" ${status.includes(kind) && html` checked`} />
              ${kind}</label
            > `,
        )}
      </fieldset>
      <button>Show</button>
    </form>
    ${page.runs.length === 0 ? html`<p>None${cursor !== undefined && ' older than these'}.</p>` : tableOf(page.runs, links)}
    ${page.cursor !== undefined && html`<nav class="pager" aria-label="Older"><a href="${`${links.to('failures')}?${older.toString()}`}">Older</a></nav>`}`
  return { title: 'Failures', section: 'failures', body, live: false }
}

/** An invalid cursor, or a cursor of another choice, starts from the beginning. */
async function readPage(history: RunHistory, filter: RunFilter, cursor: string | undefined): Promise<RunPage> {
  try {
    return await history.list({ ...filter, limit: PER_PAGE, ...(cursor === undefined ? {} : { cursor }) })
  } catch (error) {
    if (!(error instanceof S3SchedError) || error.code !== 'INVALID_CURSOR') throw error
    return history.list({ ...filter, limit: PER_PAGE })
  }
}

function tableOf(runs: readonly RunRecord[], links: Links): Html {
  const rows = runs.map(
    (run) =>
      html`<tr role="row">
        <th scope="row" role="rowheader"><a href="${links.job(run.job)}">${run.job}</a></th>
        <td role="cell"><a href="${links.run(run)}">${statusMark(run.status)}</a></td>
        <td role="cell" class="whole">${instant(run.scheduledTime)}</td>
        <td role="cell" class="number wide">${formatDuration(run.durationMs)}</td>
        <td role="cell" class="number wide">${run.attempts.length}</td>
        <td role="cell" class="text message whole">${run.error?.message ?? run.reason ?? ''}</td>
      </tr>`,
  )
  return cardTable({
    label: 'Failures',
    columns: [
      'Job',
      'How it ended',
      'Tick',
      { title: 'Took', cells: 'number wide' },
      { title: 'Attempts', cells: 'number wide' },
      'Why',
    ],
    rows,
  })
}
