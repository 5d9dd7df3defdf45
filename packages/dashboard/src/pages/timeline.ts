import type { RunStatus } from '@s3sched/history'
import type { JobView, Term } from '@s3sched/operator'
import type { DrawnRun, TimelineCache } from '../fleet/timeline-cache.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'
import { leftOut } from '../html/left-out.ts'
import type { Links } from '../html/links.ts'
import { pager } from '../html/pager.ts'
import { select } from '../html/select.ts'
import { runStrip, stripGrid } from '../plot/run-strip.ts'
import { termStrip } from '../plot/term-strip.ts'
import { timeAxis, type StripPeriod } from '../plot/time-axis.ts'
import type { Page, PageContext } from './page.ts'
import { termsOf } from './terms.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS
const SPANS = [
  ['5m', '5 minutes', 5 * MINUTE_MS],
  ['15m', '15 minutes', 15 * MINUTE_MS],
  ['1h', 'hour', HOUR_MS],
  ['6h', '6 hours', 6 * HOUR_MS],
  ['24h', '24 hours', DAY_MS],
  ['3d', '3 days', 3 * DAY_MS],
  ['7d', '7 days', 7 * DAY_MS],
  ['30d', '30 days', 30 * DAY_MS],
] as const
/** A timeline that would be empty before its first run begins so much before that run, as a share of the rest. */
const LEAD = 0.03
/** A row for each. */
const PER_PAGE = 40
const UNWELL: ReadonlySet<RunStatus> = new Set(['failed', 'timeout', 'lost', 'missed'])

/** Runs of jobs along time, without their details. */
export async function timelinePage(context: PageContext, timelines: TimelineCache): Promise<Page> {
  const { links, now, query, snapshot, zone } = context
  const [span, spanName, spanMs] = SPANS.find(([name]) => name === query.get('span')) ?? SPANS[4]
  const wanted = (query.get('q') ?? '').trim()
  const found = snapshot.jobs.filter(
    ({ name, state }) => state !== 'removed' && name.toLowerCase().includes(wanted.toLowerCase()),
  )
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE))
  const page = Math.min(pages, Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1))
  const jobs = found.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const asked = now - spanMs
  // One start for all looks within the same hour, so that the runs listed for one look serve the next.
  const listedSince = Math.floor(asked / HOUR_MS) * HOUR_MS
  const { cutAt, problems, runs } = await timelines.runsOfAll(jobs, { since: listedSince, now })
  const since = startOf(runs.flat(), Math.max(asked, cutAt ?? asked), now)
  const period = { since, until: now, zone }
  const strip = { period, grid: stripGrid(period) }
  const rows = jobs.map((job, index) => rowOf(job, (runs[index] ?? []).filter(isWithin(period)), strip, links))
  const link = (to: number): string => links.to('timeline', { span, q: wanted, page: to })
  const terms = termsOf(snapshot.leader)
  const body = html`<form class="filter" method="get" action="${links.to('timeline')}">
      <label for="q">Name</label> <input id="q" name="q" type="search" value="${wanted}" />
      ${select({ id: 'span', label: 'The last', options: SPANS.map(([name, text]) => [name, text]), chosen: span })}
      <button>Show</button>
    </form>
    ${legend()}
    <div class="timeline panel" role="table" aria-label="Runs of the last ${spanName}">
      <div class="row axis" role="row">
        <span role="columnheader">Job</span
        ><span role="columnheader" class="strip-cell"><span class="hidden">Runs</span>${timeAxis(period)}</span
        ><span role="columnheader" class="number">Runs</span><span role="columnheader" class="number">Failed</span>
      </div>
      ${terms.length > 0 && leaderRow(terms, period, links)} ${rows}
    </div>
    ${since > asked && html`<p class="note">It starts where the data starts, ${instant(since)}.</p>`}
    ${
      cutAt !== undefined &&
      cutAt > asked &&
      html`<p class="note">
        There are too many runs to show all: those before ${instant(cutAt)} are left out. Choose a shorter time, or
        fewer jobs by their name.
      </p>`
    }
    ${leftOut(problems)} ${rows.length === 0 && html`<p>No job is called so.</p>`}
    ${pager({ label: 'More jobs', page, pages, link })}`
  return { title: 'Timeline', section: 'timeline', body }
}

/** The beginning of the data in a period, a little before the first run. */
function startOf(runs: readonly DrawnRun[], asked: number, now: number): number {
  const first = runs.reduce(
    (least, { scheduledTime }) => (scheduledTime >= asked ? Math.min(least, scheduledTime) : least),
    now,
  )
  // Without any run, the whole period is shown as empty.
  return first === now ? asked : Math.max(asked, first - LEAD * (now - first) - 1000)
}

const isWithin =
  ({ since, until }: StripPeriod) =>
  ({ scheduledTime }: DrawnRun): boolean =>
    scheduledTime >= since && scheduledTime <= until

/** The leaders over time: the epochs stand in the hidden text, and on the overview. */
function leaderRow(terms: readonly Term[], period: StripPeriod, links: Links): Html {
  const seen = terms.filter(({ until }) => until === null || until > period.since)
  const words = seen.map(({ epoch, workerId }) => `epoch ${epoch}: ${workerId}`).join(', ')
  return html`<div class="row leaders" role="row">
    <span role="rowheader" class="name"><a href="${links.to('')}#leader">Leader</a></span>
    <span role="cell" class="strip-cell">${termStrip(terms, period)}<span class="hidden">${words}</span></span
    ><span role="cell" class="number"><span class="hidden">none</span></span
    ><span role="cell" class="number"><span class="hidden">none</span></span>
  </div>`
}

interface Strip {
  readonly period: StripPeriod
  readonly grid: string
}

function rowOf({ name }: JobView, runs: readonly DrawnRun[], { grid, period }: Strip, links: Links): Html {
  const unwell = runs.filter(({ status }) => UNWELL.has(status)).length
  return html`<div class="row" role="row">
    <span role="rowheader" class="name"><a href="${links.job(name)}">${name}</a></span>
    <span role="cell" class="strip-cell"
      >${runStrip(runs, period, grid)}<span class="hidden">${summaryOf(runs)}</span></span
    ><span role="cell" class="number">${runs.length}</span
    ><span role="cell" class="number"
      >${unwell === 0 ? html`<span class="none">–</span>` : html`<span class="bad">${unwell}</span>`}</span
    >
  </div>`
}

/** `3 failed, 120 success`. */
function summaryOf(runs: readonly DrawnRun[]): string {
  const counts = new Map<RunStatus, number>()
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1)
  return counts.size === 0 ? 'none' : [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

const COLOURS = [
  ['success', 'success'],
  ['failed', 'failed, timeout, lost'],
  ['missed', 'missed'],
  ['skipped', 'skipped, cancelled'],
] as const

function legend(): Html {
  return html`<ul class="legend" aria-label="Colours">
    ${COLOURS.map(([kind, text]) => html`<li><span class="swatch is-${kind}" aria-hidden="true"></span>${text}</li>`)}
    <li>
      <span class="swatch is-even" aria-hidden="true"></span
      ><span class="swatch is-odd" aria-hidden="true"></span>leaders
    </li>
    <li><span class="swatch is-nobody" aria-hidden="true"></span>nobody leads</li>
  </ul>`
}
