import { toDate } from '@s3sched/kernel'
import { html, type Html } from './html.ts'

/** The latest instant of a `Date`, epoch ms. */
const LATEST = 8.64e15

/** `2026-03-29 01:00:00 UTC`. An invalid instant in a record is shown as invalid. */
export function formatInstant(at: number): string {
  if (!Number.isFinite(at) || Math.abs(at) > LATEST) return `? (${at})`
  return `${toDate(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/**
 * An instant as an element. With JavaScript, the page's script shows the instant in the viewer's own zone, or, with
 * `distance`, as the distance from now.
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
