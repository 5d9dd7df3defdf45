import { html, type Html } from './html.ts'

export interface Pager {
  readonly label: string
  readonly page: number
  readonly pages: number
  readonly link: (page: number) => string
}

/** Links to the pages before and after; nothing for a single page. */
export function pager({ label, link, page, pages }: Pager): Html | null {
  if (pages <= 1) return null
  return html`<nav class="pager" aria-label="${label}">
    ${page > 1 && html`<a href="${link(page - 1)}">Previous</a>`} <span>Page ${page} of ${pages}</span>
    ${page < pages && html`<a href="${link(page + 1)}">Next</a>`}
  </nav>`
}
