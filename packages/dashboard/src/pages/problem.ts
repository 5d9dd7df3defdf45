import { html } from '../html/html.ts'
import type { Page } from './page.ts'

/** A page that says why there is no other. */
export function problemPage(status: number, title: string, text: string): Page {
  // Without a store that answers there is nothing to look at; it comes back by itself.
  return { title, section: 'none', status, body: html`<p>${text}</p>`, live: status === 503 }
}
