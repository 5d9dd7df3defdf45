import { html, type Html } from './html.ts'

export interface Select {
  /** Also the name of the field. */
  readonly id: string
  readonly label: string
  /** Pairs: the value, and the shown text. */
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly chosen: string | undefined
}

/** A choice in a form, with its label. */
export function select({ chosen, id, label, options }: Select): Html {
  return html`<span class="pair"
    ><label for="${id}">${label}</label>
    <select id="${id}" name="${id}">
      ${options.map(([value, text]) => html`<option value="${value}" ${value === (chosen ?? '') && html` selected`}>${text}</option>`)}
    </select></span
  >`
}
