import type { Term } from '@s3sched/operator'
import { html, type Html } from '../html/html.ts'
import { along, type StripPeriod } from './time-axis.ts'

/** The same width as the strips of runs below. */
const WIDTH = 1200
const HEIGHT = 20

/** A period with one leader, or without a leader; epoch ms. */
export interface LeaderSpan {
  /** `undefined`: no leader. */
  readonly epoch: number | undefined
  readonly since: number
  readonly until: number
}

/** The leaders over time, the oldest first, as far as the terms reach; the time before the first term is unknown. */
export function leaderSpans(terms: readonly Term[], now: number): LeaderSpan[] {
  const spans: LeaderSpan[] = []
  for (const { epoch, since, until } of terms.toReversed()) {
    const last = spans.at(-1)
    const from = Math.min(now, Math.max(since ?? last?.until ?? until ?? now, last?.until ?? -Infinity))
    const to = Math.min(now, Math.max(until ?? now, from))
    if (last !== undefined && from > last.until) spans.push({ epoch: undefined, since: last.until, until: from })
    spans.push({ epoch, since: from, until: to })
  }
  const last = spans.at(-1)
  if (last !== undefined && last.until < now) spans.push({ epoch: undefined, since: last.until, until: now })
  return spans
}

/**
 * The leaders along time: neighbours in two shades, and a bar for a time without a leader. Decoration beside its text.
 */
export function termStrip(terms: readonly Term[], period: StripPeriod): Html {
  const place = along(period, WIDTH)
  const x = (at: number): number => place(Math.max(at, period.since))
  const bars = leaderSpans(terms, period.until)
    .filter(({ until }) => until > period.since)
    .map(({ epoch, since, until }) => {
      const kind = epoch === undefined ? 'nobody' : epoch % 2 === 0 ? 'even' : 'odd'
      // A minute without a leader must not vanish in a month.
      const width = Math.max(epoch === undefined ? 3 : 0.5, x(until) - x(since))
      return {
        order: epoch === undefined ? 1 : 0,
        bar: html`<rect class="is-${kind}" x="${x(since)}" width="${width}" height="${HEIGHT}" />`,
      }
    })
  const drawn = bars.toSorted((a, b) => a.order - b.order).map(({ bar }) => bar)
  return html`<svg
    class="strip terms"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    ${drawn}
  </svg>`
}
