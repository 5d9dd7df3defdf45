import { toDate } from '@s3sched/kernel'
import { html, type Html } from './html.ts'

/** The latest instant that a date can hold, epoch ms. */
const LATEST = 8.64e15

/** `2026-03-29 01:00:00 UTC`. Nonsense that stands in a record is shown as nonsense. */
export function formatInstant(at: number): string {
  if (!Number.isFinite(at) || Math.abs(at) > LATEST) return `? (${at})`
  return `${toDate(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * An instant as an element. Where there is JavaScript, the page's script shows it in the viewer's own zone, and with
 * `distance` how far it is from now.
 */
export function instant(at: number | null | undefined, distance: boolean = false): Html {
  if (at === null || at === undefined) return html`<span class="none">–</span>`
  const text = formatInstant(at)
  if (text.startsWith('?')) return html`${text}`
  const iso = toDate(at).toISOString()
  return distance
    ? html`<time datetime="${iso}" data-distance title="${text}">${text}</time>`
    : html`<time datetime="${iso}" title="${text}">${text}</time>`
}
