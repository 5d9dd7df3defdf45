import { scaleLinear, scaleUtc } from '#scales'
import { toDate } from '@s3sched/kernel'
import { html, type Html } from '../html/html.ts'
import { offsetAt } from '../html/zone.ts'

/** A period of time on the axis: epoch ms. */
export interface StripPeriod {
  readonly since: number
  readonly until: number
  /** The marks follow the clock of this zone. @default UTC */
  readonly zone?: string
}

/** The number of marks to aim at; few enough for a phone. */
const MARKS = 6
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** The position of an instant along a drawing. @param width - of the drawing, in its units */
export function along({ since, until }: StripPeriod, width: number): (at: number) => number {
  const scale = scaleLinear([since, until], [0, width])
  return (at) => Math.round(scale(at) * 100) / 100
}

/** Round instants of the zone's clock within a period: seconds, minutes, hours or days; epoch ms. */
export function axisMarks({ since, until, zone = 'UTC' }: StripPeriod): number[] {
  const offset = offsetAt(until, zone)
  const ticks = scaleUtc([since + offset, until + offset], [0, 1]).ticks(MARKS)
  // The clock may have changed within the period.
  return ticks.map((tick) => tick.getTime() - offsetAt(tick.getTime() - offset, zone))
}

/** The marks as text; the text keeps its size at any width. A label is left out where its text would be cut off. */
export function timeAxis(period: StripPeriod): Html {
  const { zone = 'UTC' } = period
  const isLong = period.until - period.since > 2 * DAY_MS
  const percent = along(period, 100)
  const marks = axisMarks(period)
  const stepMs = (marks[1] ?? 0) - (marks[0] ?? 0)
  const labels = marks
    .map((at) => ({ at, place: percent(at) }))
    .filter(({ place }) => place > 4 && place < 96)
    .map(({ at, place }) => {
      const iso = toDate(at).toISOString()
      const isDay = isLong || (at + offsetAt(at, zone)) % DAY_MS === 0
      const clock = stepMs < MINUTE_MS ? 'second' : 'hour'
      const text = isDay ? iso.slice(5, 10) : iso.slice(11, clock === 'second' ? 19 : 16)
      // A narrow page shows each second label. A day begins with a label that stays, since its marks are even in number.
      const isMinor = Math.round((at + offsetAt(at, zone)) / stepMs) % 2 !== 0
      return html`<text
        ${isMinor && html`class="minor"`}
        x="${place}%"
        y="14"
        text-anchor="middle"
        data-at="${iso}"
        data-short="${isDay ? 'day' : clock}"
        >${text}</text
      >`
    })
  return html`<svg class="time-axis" aria-hidden="true" focusable="false">${labels}</svg>`
}
