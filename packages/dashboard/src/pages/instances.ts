import type { FleetSnapshot } from '../fleet/fleet-snapshot.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import { instant } from '../html/instant.ts'

/** The present instances, and the leader among them. */
export function instancesPanel({ leader, workers }: FleetSnapshot): Html {
  const leads = leader.state === 'held' ? leader.workerId : undefined
  const rows = workers.map(
    ({ host, lastSeen, pid, startedAt, version, workerId }) =>
      html`<tr role="row">
        <th scope="row" role="rowheader" class="name">${workerId}</th>
        <td role="cell">${workerId === leads ? html`<span class="mark is-active">leads</span>` : 'follows'}</td>
        <td role="cell" class="name whole">${host} · ${pid}${version !== undefined && html` · ${version}`}</td>
        <td role="cell" class="whole"><span class="heading">Started </span>${instant(startedAt, true)}</td>
        <td role="cell" class="whole"><span class="heading">Last seen </span>${instant(lastSeen, true)}</td>
      </tr>`,
  )
  return html`<section aria-labelledby="instances" class="panel">
    <h2 id="instances">Instances</h2>
    ${
      rows.length === 0
        ? html`<p>No instance is there.</p>`
        : cardTable({
            isPlain: true,
            label: 'Instances',
            columns: ['Instance', 'Role', 'Host · process', 'Started', 'Last seen'],
            rows,
          })
    }
  </section>`
}
