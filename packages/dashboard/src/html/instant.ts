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
  return timeElement(at, distance && html` data-distance`)
}

/** An instant to come as the distance from now; once the instant is over, the page's script says for how long it is due. */
export function comingInstant(at: number | null | undefined): Html {
  return timeElement(at, html` data-distance="due"`)
}

function timeElement(at: number | null | undefined, distance: Html | false): Html {
  if (at === null || at === undefined) return html`<span class="none">–</span>`
  const text = formatInstant(at)
  if (text.startsWith('?')) return html`${text}`
  const iso = toDate(at).toISOString()
  return html`<time datetime="${iso}" ${distance} title="${text}">${text}</time>`
}
