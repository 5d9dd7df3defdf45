import type { RunStatus, TimelineEntry } from '@s3sched/history'
import { toDate } from '@s3sched/kernel'
import type { JobView } from '@s3sched/plugin/operator'
import type { TimelineCache } from '../fleet/timeline-cache.ts'
import { html, type Html } from '../html/html.ts'
import type { Links } from '../html/links.ts'
import { runStrip, type StripPeriod } from '../plot/run-strip.ts'
import type { Page, PageContext } from './page.ts'

const HOUR_MS = 3_600_000
const SPANS = [
  [6, '6 hours'],
  [24, '24 hours'],
  [72, '3 days'],
  [168, '7 days'],
  [720, '30 days'],
] as const
/** Each job on a page costs a LIST. */
const PER_PAGE = 40
const LABELS = 6

/** Runs of jobs along time, by their keys alone. */
export async function timelinePage(context: PageContext, timelines: TimelineCache): Promise<Page> {
  const { links, now, query, snapshot } = context
  const hours = SPANS.find(([span]) => String(span) === query.get('hours'))?.[0] ?? 24
  const wanted = (query.get('q') ?? '').trim()
  const found = snapshot.jobs.filter(
    ({ name, state }) => state !== 'removed' && name.toLowerCase().includes(wanted.toLowerCase()),
  )
  const pages = Math.max(1, Math.ceil(found.length / PER_PAGE))
  const page = Math.min(pages, Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1))
  const jobs = found.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  const period = { since: now - hours * HOUR_MS, until: now }
  // One start for all who look within the same hour, so that what is remembered of one look serves the next.
  const listedSince = Math.floor(period.since / HOUR_MS) * HOUR_MS
  const runs = await timelines.runsOfAll(jobs, listedSince)
  const rows = jobs.map((job, index) => rowOf(job, (runs[index] ?? []).filter(isWithin(period)), period, links))
  const link = (to: number): string => links.to('timeline', { hours, q: wanted, page: to })
  const body = html` <form class="filter" method="get" action="${links.to('timeline')}">
      <label for="q">Name</label> <input id="q" name="q" type="search" value="${wanted}" />
      <label for="hours">The last</label>
      <select id="hours" name="hours">
        ${SPANS.map(([span, name]) =>
          span === hours
            ? html`<option value="${span}" selected>${name}</option>`
            : html`<option value="${span}">${name}</option>`,
        )}
      </select>
      <button>Show</button>
    </form>
    ${legend()}
    <div class="timeline" role="table" aria-label="Runs of the last ${hours} hours">
      <div class="row axis" role="row">
        <span role="columnheader">Job</span
        ><span role="columnheader" class="ticks"><span class="hidden">Runs</span>${axis(period)}</span
        ><span role="columnheader" class="number">Runs</span>
      </div>
      ${rows}
    </div>
    ${rows.length === 0 && html`<p>No job is called so.</p>`}
    ${pages > 1 && html`<nav class="pager" aria-label="More jobs">${page > 1 && html`<a href="${link(page - 1)}">Previous</a>`} <span>Page ${page} of ${pages}</span> ${page < pages && html`<a href="${link(page + 1)}">Next</a>`}</nav>`}`
  return { title: 'Timeline', section: 'timeline', body }
}

const isWithin =
  ({ since, until }: StripPeriod) =>
  ({ scheduledTime }: TimelineEntry): boolean =>
    scheduledTime >= since && scheduledTime <= until

function rowOf({ name }: JobView, runs: readonly TimelineEntry[], period: StripPeriod, links: Links): Html {
  return html`<div class="row" role="row">
    <span role="rowheader" class="name"><a href="${links.job(name)}">${name}</a></span>
    <span role="cell" class="strip-cell">${runStrip(runs, period)}<span class="hidden">${summaryOf(runs)}</span></span
    ><span role="cell" class="number">${runs.length}</span>
  </div>`
}

/** `3 failed, 120 success`. */
function summaryOf(runs: readonly TimelineEntry[]): string {
  const counts = new Map<RunStatus, number>()
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1)
  return counts.size === 0 ? 'none' : [...counts].map(([status, count]) => `${count} ${status}`).join(', ')
}

function axis({ since, until }: StripPeriod): Html[] {
  return Array.from({ length: LABELS }, (_, index) => {
    const at = toDate(since + ((until - since) * index) / (LABELS - 1)).toISOString()
    const text = until - since > 48 * HOUR_MS ? at.slice(5, 10) : at.slice(11, 16)
    return html`<time datetime="${at}" data-short="${until - since > 48 * HOUR_MS ? 'day' : 'hour'}">${text}</time>`
  })
}

function legend(): Html {
  const kinds: readonly RunStatus[] = ['success', 'failed', 'timeout', 'lost', 'missed', 'cancelled', 'skipped']
  return html`<ul class="legend" aria-label="Colours">
    ${kinds.map((status) => html`<li><span class="swatch is-${status}" aria-hidden="true"></span>${status}</li>`)}
  </ul>`
}
