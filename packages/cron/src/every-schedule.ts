import { custom, describe, resolveOptions } from '@s3sched/kernel'
import { collect } from './collect.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { instantMs, MAX_INSTANT_MS, wholeMs } from './instant.ts'
import { InvalidScheduleError } from './invalid-schedule-error.ts'
import type { Schedule } from './schedule.ts'

/** The place of the ticks of an interval. */
export interface EveryScheduleOptions {
  /** One tick; the other ticks lie whole intervals before and after the anchor. @default 0, the Unix epoch */
  readonly anchor?: number | Date | undefined
  /** How long after the anchor and the whole intervals the ticks are: `'5m'`, or ms; less than the interval. @default 0 */
  readonly offset?: string | number | undefined
}

const OPTIONS = {
  anchor: custom(
    'whole epoch milliseconds or a valid Date',
    (value): value is number | Date => !Number.isNaN(wholeMs(value)),
    0,
  ),
  offset: custom(
    "a duration such as '5m', or whole milliseconds",
    (value): value is string | number => typeof value === 'string' || typeof value === 'number',
    0,
  ),
}

/**
 * A tick every `interval`, forever in both directions: `'15m'`, `'1h30m'` (units `w d h m s ms`), or a whole number of
 * milliseconds >= 1. The ticks are aligned to the anchor and not to the moment of the call, so that a restart doesn't
 * move the ticks.
 *
 * @throws InvalidScheduleError when the interval can't be read.
 * @throws S3SchedError `INVALID_OPTIONS` when the anchor is no instant.
 */
export function everySchedule(interval: string | number, options: EveryScheduleOptions = {}): Schedule {
  const ms = typeof interval === 'string' ? parseDuration(interval) : interval
  if (!Number.isSafeInteger(ms) || ms < 1 || ms > MAX_INSTANT_MS) throw invalidInterval(interval)
  const { anchor, offset } = resolveOptions('everySchedule', OPTIONS, options)
  return new EverySchedule(formatDuration(ms), ms, wholeMs(anchor) + offsetMs(offset, ms))
}

function offsetMs(offset: string | number, intervalMs: number): number {
  const ms = typeof offset === 'string' ? parseDuration(offset) : offset
  if (Number.isSafeInteger(ms) && ms >= 0 && ms < intervalMs) return ms
  const value = describe(offset)
  const expected = `a duration such as '5m', or whole milliseconds, and less than the interval of ${formatDuration(intervalMs)}`
  const reason = `expected offset to be ${expected}, got ${value}`
  throw new InvalidScheduleError({ expression: value, field: 'offset', value, expected, reason })
}

function invalidInterval(interval: string | number): InvalidScheduleError {
  const value = describe(interval)
  const expected = "a duration such as '15m' or '1h30m', or whole milliseconds >= 1"
  return new InvalidScheduleError({
    expression: typeof interval === 'string' ? interval : value,
    field: 'interval',
    value,
    expected,
    reason: `expected the interval to be ${expected}, got ${value}`,
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

  get meaning(): string {
    return `every ${this.#intervalMs} ${this.#phaseMs}`
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
