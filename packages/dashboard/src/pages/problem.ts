import { html } from '../html/html.ts'
import type { Page } from './page.ts'

/** A page that explains a missing page. */
export function problemPage(status: number, title: string, text: string): Page {
  // With status 503 the store does not answer and there is nothing to read; the page reloads by itself.
  return { title, section: 'none', status, body: html`<p>${text}</p>`, live: status === 503 ? 'replace' : 'offer' }
}
