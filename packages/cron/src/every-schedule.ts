import { describe } from '@s3sched/kernel'
import { collect } from './collect.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { dateMs, instantMs, MAX_INSTANT_MS } from './instant.ts'
import { InvalidScheduleError, type ScheduleField } from './invalid-schedule-error.ts'
import type { Schedule } from './schedule.ts'

export interface EveryScheduleOptions {
  /** An instant that is a tick; the others lie whole intervals before and after it. @default 0, the Unix epoch */
  readonly anchor?: number | Date | undefined
}

/**
 * A tick every `interval`, forever in both directions: `'15m'`, `'1h30m'` (units `w d h m s ms`), or a whole number of
 * milliseconds >= 1. The ticks are aligned to the anchor and not to the moment of the call, so that a restart doesn't
 * move them.
 *
 * @throws InvalidScheduleError when the interval or the anchor can't be read.
 */
export function everySchedule(interval: string | number, options: EveryScheduleOptions = {}): Schedule {
  const ms = typeof interval === 'string' ? parseDuration(interval) : interval
  const written = typeof interval === 'string' ? interval : describe(interval)
  if (!Number.isSafeInteger(ms) || ms < 1 || ms > MAX_INSTANT_MS) {
    throw invalid(
      written,
      'interval',
      describe(interval),
      "a duration such as '15m' or '1h30m', or whole milliseconds >= 1",
    )
  }
  const { anchor = 0 } = options
  const anchorMs = typeof anchor === 'number' ? anchor : dateMs(anchor)
  if (!Number.isSafeInteger(anchorMs) || Math.abs(anchorMs) > MAX_INSTANT_MS) {
    throw invalid(written, 'anchor', describe(anchor), 'whole epoch milliseconds or a valid Date')
  }
  return new EverySchedule(formatDuration(ms), ms, anchorMs)
}

function invalid(expression: string, field: ScheduleField, value: string, expected: string): InvalidScheduleError {
  return new InvalidScheduleError({
    expression,
    field,
    value,
    expected,
    reason: `expected the ${field} to be ${expected}, got ${value}`,
  })
}

class EverySchedule implements Schedule {
  readonly expression: string
  readonly #intervalMs: number
  /** The smallest distance of a tick after a multiple of the interval. */
  readonly #phaseMs: number

  constructor(expression: string, intervalMs: number, anchorMs: number) {
    this.expression = expression
    this.#intervalMs = intervalMs
    this.#phaseMs = anchorMs - Math.floor(anchorMs / intervalMs) * intervalMs
    Object.freeze(this)
  }

  get kind(): 'every' {
    return 'every'
  }

  get timezone(): 'UTC' {
    return 'UTC'
  }

  next(after: number | Date): number | null {
    const ticks = Math.floor((instantMs('after', after) - this.#phaseMs) / this.#intervalMs) + 1
    return within(ticks * this.#intervalMs + this.#phaseMs)
  }

  previous(before: number | Date): number | null {
    const ticks = Math.ceil((instantMs('before', before) - this.#phaseMs) / this.#intervalMs) - 1
    return within(ticks * this.#intervalMs + this.#phaseMs)
  }

  upcoming(after: number | Date, limit: number): number[] {
    return collect(this, after, limit)
  }

  matches(at: number | Date): boolean {
    return (instantMs('at', at) - this.#phaseMs) % this.#intervalMs === 0
  }
}

function within(ms: number): number | null {
  return Math.abs(ms) <= MAX_INSTANT_MS ? ms : null
}
