import { OPERATIONS } from '../api/operations.ts'
import type { Operation } from '../api/operation.ts'
import { cardTable } from '../html/data-table.ts'
import { html, type Html } from '../html/html.ts'
import type { Page, PageContext } from './page.ts'

/** The operations of the JSON API, for people; the document is for tools. */
export function apiPage({ links }: PageContext): Page {
  const document = links.to('api/openapi.json')
  const body = html`<p class="lead">
      <span
        >The pages as JSON, with the same rights. <a href="${document}">openapi.json</a> describes it for tools, and
        <a href="${links.to('metrics')}">metrics</a> is for Prometheus.</span
      >
    </p>
    ${cardTable({
      id: 'operations',
      label: 'Operations',
      columns: ['Path', 'Method', 'Summary', 'Parameters'],
      rows: OPERATIONS.map((operation) => rowOf(operation, links.to('api'))),
    })}
    <p>
      A POST takes <code>content-type: application/json</code>. An answer without success is
      <code>{"error":{"code","message"}}</code>.
    </p>`
  return { title: 'API', section: 'none', body, live: 'fixed' }
}

function rowOf({ method, path, query = [], summary }: Operation, base: string): Html {
  const full = `${base}${path}`
  return html`<tr role="row">
    <th scope="row" role="rowheader" class="name">
      ${method === 'get' && !path.includes('{') ? html`<a href="${full}">${full}</a>` : full}
    </th>
    <td role="cell">${method.toUpperCase()}</td>
    <td role="cell" class="text whole">${summary}</td>
    <td role="cell" class="whole">${query.map(({ name }) => name).join(', ')}</td>
  </tr>`
}
