import { html, type Html } from './html.ts'

/** The heading of a column; an object where the cells of the column have a class. */
export type Column = string | { readonly title: string; readonly cells: 'number' | 'number wide' | 'choice' | 'roomy' }

export interface DataTable {
  /** The name of the table for screen readers. */
  readonly label: string
  readonly columns: readonly Column[]
  /** A row that is `null` is left out. */
  readonly rows: readonly (Html | null)[]
}

export interface CardTable extends DataTable {
  readonly id?: string
  /** The table lies in a panel already. */
  readonly isPlain?: boolean
}

/** A table that scrolls sideways where the page is too narrow. */
export function dataTable({ columns, label, rows }: DataTable): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" ${classOf(column)}>${titleOf(column)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/**
 * A table whose rows become cards on a narrow page. The style takes the rows out of the table there, so that each
 * element says its role; the cells of `rows` must say theirs too.
 */
export function cardTable({ columns, id, isPlain = false, label, rows }: CardTable): Html {
  return html`<div class="${isPlain ? 'scroll' : 'scroll panel'}" tabindex="0" role="region" aria-label="${label}">
    <table${id !== undefined && html` id="${id}"`} class="cards" role="table">
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th scope="col" role="columnheader" ${classOf(column)}>${titleOf(column)}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows}
      </tbody>
    </table>
  </div>`
}

function titleOf(column: Column): string {
  return typeof column === 'string' ? column : column.title
}

function classOf(column: Column): Html | false {
  return typeof column !== 'string' && html` class="${column.cells}"`
}
