import { html, type Html, type HtmlValue } from './html.ts'

/** A fact to be seen at a glance, with a note. */
export interface Tile {
  readonly label: string
  readonly value: HtmlValue
  readonly note?: HtmlValue
  readonly level?: 'well' | 'warn' | 'bad'
}

export function tiles(all: readonly Tile[]): Html {
  return html`<dl class="tiles">
    ${all.map(
      ({ label, level, note, value }) =>
        html`<div class="tile${level !== undefined && ` is-${level}`}">
          <dt>${label}</dt>
          <dd class="value">${value}</dd>
          ${note !== undefined && html`<dd class="note">${note}</dd>`}
        </div>`,
    )}
  </dl>`
}
