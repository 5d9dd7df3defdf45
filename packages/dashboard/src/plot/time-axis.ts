import { toDate } from '@s3sched/kernel'
import { html, type Html } from '../html/html.ts'

/** A period of time on the axis: epoch ms. */
export interface StripPeriod {
  readonly since: number
  readonly until: number
}

const HOUR_MS = 3_600_000
/** Pairs: the longest period of a step, and the step, in hours. */
const STEPS = [
  [8, 1],
  [30, 4],
  [80, 12],
  [200, 24],
] as const
const LONGEST_STEP = 120

/** Full hours or midnights of UTC within a period, about six marks; epoch ms. */
export function axisMarks({ since, until }: StripPeriod): number[] {
  const hours = (until - since) / HOUR_MS
  const step = (STEPS.find(([most]) => hours <= most)?.[1] ?? LONGEST_STEP) * HOUR_MS
  const first = Math.ceil(since / step) * step
  return Array.from({ length: Math.max(0, Math.floor((until - first) / step) + 1) }, (_, index) => first + index * step)
}

/** The position of an instant in a period, in percent. */
export function percentOf(at: number, { since, until }: StripPeriod): number {
  return Math.round(((at - since) / (until - since)) * 10_000) / 100
}

/** The marks as text; the text keeps its size at any width. A label is left out where its text would be cut off. */
export function timeAxis(period: StripPeriod): Html {
  const isLong = period.until - period.since > 48 * HOUR_MS
  const labels = axisMarks(period)
    .map((at) => ({ at, percent: percentOf(at, period) }))
    .filter(({ percent }) => percent > 3 && percent < 97)
    .map(({ at, percent }) => {
      const iso = toDate(at).toISOString()
      const text = isLong ? iso.slice(5, 10) : iso.slice(11, 16)
      return html`<text
        x="${percent}%"
        y="14"
        text-anchor="middle"
        data-at="${iso}"
        data-short="${isLong ? 'day' : 'hour'}"
        >${text}</text
      >`
    })
  return html`<svg class="time-axis" aria-hidden="true" focusable="false">${labels}</svg>`
}
