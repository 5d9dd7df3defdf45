import { describe } from '@s3sched/kernel'
import { civilFromDays } from './civil.ts'
import { collect } from './collect.ts'
import { instantMs, wholeMs } from './instant.ts'
import { InvalidScheduleError } from './invalid-schedule-error.ts'
import type { Schedule } from './schedule.ts'

/**
 * A single tick, at whole epoch milliseconds or at a `Date`.
 *
 * @throws InvalidScheduleError for any other `at`.
 */
export function onceSchedule(at: number | Date): Schedule {
  const ms = wholeMs(at)
  if (!Number.isNaN(ms)) return new OnceSchedule(ms)
  const value = describe(at)
  const expected = 'whole epoch milliseconds or a valid Date'
  throw new InvalidScheduleError({ expression: value, field: 'at', value, expected, reason: `expected ${expected}` })
}

class OnceSchedule implements Schedule {
  readonly expression: string
  readonly #at: number

  constructor(at: number) {
    this.expression = isoText(at)
    this.#at = at
    Object.freeze(this)
  }

  get kind(): 'once' {
    return 'once'
  }

  get timezone(): 'UTC' {
    return 'UTC'
  }

  get meaning(): string {
    return `once ${this.#at}`
  }

  next(after: number | Date): number | null {
    return this.#at > instantMs('after', after) ? this.#at : null
  }

  previous(before: number | Date): number | null {
    return this.#at < instantMs('before', before) ? this.#at : null
  }

  upcoming(after: number | Date, limit: number): number[] {
    return collect(this, after, limit)
  }

  matches(at: number | Date): boolean {
    return instantMs('at', at) === this.#at
  }
}

/** The format of `Date.prototype.toISOString`. */
export function isoText(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  const packed = civilFromDays(days)
  const year = Math.floor(packed / 512)
  const time = ms - days * 86_400_000
  const date = `${yearText(year)}-${two((packed >>> 5) & 15)}-${two(packed & 31)}`
  const clock = `${two(time / 3_600_000)}:${two((time / 60_000) % 60)}:${two((time / 1000) % 60)}`
  return `${date}T${clock}.${String(time % 1000).padStart(3, '0')}Z`
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0')
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
}
