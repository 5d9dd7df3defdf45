import type { FleetVerdict } from '@s3sched/operator'
import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import type { Links } from '../html/links.ts'
import type { Page } from './page.ts'

export interface FleetRow {
  readonly name: string
  /** Of the bucket, without secrets. */
  readonly place: string
  /** The reason why the store does not answer. */
  readonly trouble: string | undefined
  /** `undefined` until the store has answered once. */
  readonly fleet: (FleetSnapshot & { readonly verdict: FleetVerdict }) | undefined
}

const WORDS: Readonly<Record<FleetVerdict, string>> = {
  healthy: 'all is well',
  'needs-attention': 'needs attention',
  stopped: 'stopped',
}

/** The fleets of a dashboard with several. */
export function fleetsPage(rows: readonly FleetRow[], links: Links): Page {
  const columns = [
    'Fleet',
    'Place',
    'State',
    { title: 'Jobs', cells: 'number' },
    { title: 'Instances', cells: 'number' },
  ] as const
  const body = cardTable({ label: 'Fleets', columns, rows: rows.map((row) => rowOf(row, links)) })
  return { title: 'Fleets', section: 'none', body, live: 'offer' }
}

function rowOf({ fleet, name, place, trouble }: FleetRow, links: Links): Html {
  const live = fleet?.jobs.filter(({ state }) => state !== 'removed').length
  const isEmpty = live === 0 && fleet?.workers.length === 0
  return html`<tr role="row">
    <th scope="row" role="rowheader"><a href="${links.to(`${name}/`)}">${name}</a></th>
    <td role="cell" class="name whole">${place}</td>
    <td role="cell" class="text whole">
      ${trouble === undefined ? stateOf(fleet?.verdict ?? 'stopped', isEmpty) : html`<span class="bad">the store does not answer: ${trouble}</span>`}
    </td>
    <td role="cell" class="number whole"><span class="heading">Jobs </span>${live ?? '–'}</td>
    <td role="cell" class="number whole"><span class="heading">Instances </span>${fleet?.workers.length ?? '–'}</td>
  </tr>`
}

const MARKS: Readonly<Record<FleetVerdict, string>> = {
  healthy: 'is-active',
  'needs-attention': 'is-missed',
  stopped: 'is-failed',
}

function stateOf(verdict: FleetVerdict, isEmpty: boolean): Html {
  if (isEmpty) return html`<span class="none">no job and no instance is there</span>`
  return html`<span class="${`mark ${MARKS[verdict]}`}">${WORDS[verdict]}</span>`
}
