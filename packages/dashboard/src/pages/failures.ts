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
import type { FailureCache, GroupedFailures } from '../fleet/failure-cache.ts'
import { ofSeen } from '../fleet/fleet-snapshot.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { leftOut } from '../html/left-out.ts'
import type { Links } from '../html/links.ts'
import { pager } from '../html/pager.ts'
import { select } from '../html/select.ts'
import { statusMark } from '../html/status-mark.ts'
import { dayFilter, periodOf, readDays, type Days } from './day-filter.ts'
import { reasonOf, type FailureGroup } from './failure-groups.ts'
import type { Page, PageContext } from './page.ts'

const KINDS = RUN_STATUSES.filter((status) => status !== 'success')
const DEFAULT: readonly RunStatus[] = ['failed', 'timeout', 'missed', 'lost']
const PER_PAGE = 50
/** The most runs that are grouped: a page of the history. */
const MOST_GROUPED = 1000

interface Choice extends Days {
  readonly status: readonly RunStatus[]
  readonly job: string | undefined
  readonly by: 'reason' | 'time'
  readonly cursor: string | undefined
  /** Of the groups, from 1. */
  readonly page: number
}

export interface FailuresPageDeps {
  readonly history: RunHistory
  readonly failures: FailureCache
}

/**
 * Unsuccessful runs of all jobs, by job and reason, or one by one: 1 list of the history; none for groups where nothing
 * has ended since.
 */
export async function failuresPage(
  { links, query, snapshot, zone }: PageContext,
  { failures, history }: FailuresPageDeps,
): Promise<Page> {
  const choice = readChoice(query)
  const seen = ofSeen(snapshot)
  const read = async (): Promise<RunPage> =>
    snapshot.seen?.size === 0 ? { runs: [] } : readPage(history, choice, zone, seen)
  const found =
    choice.by === 'time'
      ? eachRun(await read(), choice, links)
      : reasons(
          await failures.grouped(JSON.stringify([{ ...choice, page: 1 }, zone, seen]), snapshot.jobs, read),
          choice,
          links,
        )
  const body = html`${formOf(choice, zone, links)} ${found}`
  return { title: 'Failures', section: 'failures', body, live: 'offer' }
}

function eachRun({ cursor, problems = [], runs }: RunPage, choice: Choice, links: Links): Html {
  return html`${runs.length === 0 ? none(choice) : runTable(runs, links)} ${leftOut(problems)}
  ${cursor !== undefined && olderThan(cursor, runs.at(-1)?.scheduledTime, choice, links)}`
}

function reasons({ cursor, groups: all, oldest, problems = [] }: GroupedFailures, choice: Choice, links: Links): Html {
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE))
  const page = Math.min(pages, choice.page)
  const shown = all.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const link = (to: number): string => {
    const cursorOf = choice.cursor === undefined ? {} : { cursor: choice.cursor }
    return `${links.to('failures')}?${addressOf(choice, { ...cursorOf, page: String(to) })}`
  }
  return html`${all.length === 0 ? none(choice) : groupTable(shown, choice, links)} ${leftOut(problems)}
  ${pager({ label: 'More reasons', page, pages, link })}
  ${cursor !== undefined && olderThan(cursor, oldest, choice, links)}`
}

function none({ cursor }: Choice): Html {
  return html`<p>None${cursor !== undefined && ' older than these'}.</p>`
}

function readChoice(query: URLSearchParams): Choice {
  const given = KINDS.filter((status) => query.getAll('status').includes(status))
  return {
    status: given.length === 0 ? DEFAULT : given,
    job: (query.get('job') ?? '') || undefined,
    by: query.get('by') === 'time' ? 'time' : 'reason',
    cursor: query.get('cursor') ?? undefined,
    page: Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1),
    ...readDays(query),
  }
}

/** An invalid cursor, or a cursor of another choice, starts from the beginning. */
async function readPage(
  history: RunHistory,
  { by, cursor, job, status, ...days }: Choice,
  zone: string,
  seen: Pick<RunFilter, 'job'>,
): Promise<RunPage> {
  const jobs = Array.isArray(seen.job) && job !== undefined && !seen.job.includes(job) ? undefined : (job ?? seen.job)
  if (jobs === undefined && job !== undefined) return { runs: [] }
  const only = jobs === undefined ? {} : { job: jobs }
  const limit = by === 'reason' ? MOST_GROUPED : PER_PAGE
  const filter = { status, ...only, ...periodOf(days, zone), limit, details: by === 'time' }
  try {
    return await history.list(cursor === undefined ? filter : { ...filter, cursor })
  } catch (error) {
    if (!(error instanceof S3SchedError) || error.code !== 'INVALID_CURSOR') throw error
    return history.list(filter)
  }
}

function formOf({ by, job, status, ...days }: Choice, zone: string, links: Links): Html {
  return html`<form class="filter" method="get" action="${links.to('failures')}">
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
    <span class="pair"
      ><label for="job">of job</label> <input id="job" name="job" type="search" value="${job}" placeholder="any"
    /></span>
    ${dayFilter(days, zone)}
    ${select({
      id: 'by',
      label: 'together by',
      options: [
        ['reason', 'job and reason'],
        ['time', 'no, each run'],
      ],
      chosen: by,
    })}
    <button>Show</button>
  </form>`
}

function addressOf({ by, from, job, status, to }: Choice, more: Readonly<Record<string, string>>): string {
  const given: [string, string | undefined][] = [
    ['by', by],
    ['job', job],
    ['from', from],
    ['to', to],
    ...Object.entries(more),
  ]
  const params = new URLSearchParams(status.map((one): [string, string] => ['status', one]))
  for (const [name, value] of given) if (value !== undefined) params.set(name, value)
  return params.toString()
}

function olderThan(cursor: string, oldest: number | undefined, choice: Choice, links: Links): Html {
  const older = `${links.to('failures')}?${addressOf(choice, { cursor })}`
  const note =
    choice.by === 'reason' &&
    html`<span class="note">These are the newest ${MOST_GROUPED}, back to ${instant(oldest)}.</span>`
  return html`<nav class="pager" aria-label="Older">${note} <a href="${older}">Older</a></nav>`
}

function groupTable(groups: readonly FailureGroup[], choice: Choice, links: Links): Html {
  const rows = groups.map(({ count, job, newest, oldest }) => {
    const each = `${links.to('failures')}?${addressOf({ ...choice, job, by: 'time', status: [newest.status] }, {})}`
    return html`<tr role="row">
      <th scope="row" role="rowheader"><a href="${links.job(job)}">${job}</a></th>
      <td role="cell"><a href="${links.run(newest)}">${statusMark(newest.status)}</a></td>
      <td role="cell" class="number whole">
        <a href="${each}" aria-label="${`${count} runs of ${job}`}">${count} ×</a>
      </td>
      <td role="cell" class="whole"><span class="heading">Since </span>${instant(oldest.scheduledTime)}</td>
      <td role="cell" class="whole"><span class="heading">Last </span>${instant(newest.scheduledTime, true)}</td>
      <td role="cell" class="text message whole">${reasonOf(newest)}</td>
    </tr>`
  })
  const columns = [
    'Job',
    'Ended as',
    { title: 'How often', cells: 'number' },
    'Since',
    'Last',
    'Ended because',
  ] as const
  return cardTable({ label: 'Failures by job and reason', columns, rows })
}

function runTable(runs: readonly RunRecord[], links: Links): Html {
  const rows = runs.map(
    (run) =>
      html`<tr role="row">
        <th scope="row" role="rowheader"><a href="${links.job(run.job)}">${run.job}</a></th>
        <td role="cell"><a href="${links.run(run)}">${statusMark(run.status)}</a></td>
        <td role="cell" class="whole">${instant(run.scheduledTime)}</td>
        <td role="cell" class="number wide">${formatDuration(run.durationMs)}</td>
        <td role="cell" class="number wide">${run.attempts.length}</td>
        <td role="cell" class="text message whole">${reasonOf(run)}</td>
      </tr>`,
  )
  return cardTable({
    label: 'Failures',
    columns: [
      'Job',
      'Ended as',
      'Scheduled for',
      { title: 'Duration', cells: 'number wide' },
      { title: 'Attempts', cells: 'number wide' },
      'Ended because',
    ],
    rows,
  })
}
