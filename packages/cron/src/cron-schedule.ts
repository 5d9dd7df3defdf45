import { instantMs, MAX_INSTANT_MS, tickLimit } from './instant.ts'
import type { Pattern } from './pattern.ts'
import type { Schedule } from './schedule.ts'
import type { Zone } from './zone.ts'
import { nextTick, previousTick } from './zoned-walk.ts'

/** A cron expression in a time zone. */
export class CronSchedule implements Schedule {
  readonly expression: string
  readonly timezone: string
  readonly #pattern: Pattern
  readonly #zone: Zone

  constructor(expression: string, pattern: Pattern, zone: Zone) {
    this.expression = expression
    this.timezone = zone.name
    this.#pattern = pattern
    this.#zone = zone
    Object.freeze(this)
  }

  get kind(): 'cron' {
    return 'cron'
  }

  next(after: number | Date): number | null {
    return within(nextTick(this.#pattern, this.#zone, Math.floor(instantMs('after', after) / 1000)))
  }

  previous(before: number | Date): number | null {
    return within(previousTick(this.#pattern, this.#zone, Math.ceil(instantMs('before', before) / 1000) - 1))
  }

  upcoming(after: number | Date, limit: number): number[] {
    const ticks: number[] = []
    const count = tickLimit(limit)
    let last = this.next(after)
    for (; last !== null && ticks.length < count; last = this.next(last)) ticks.push(last)
    return ticks
  }

  matches(at: number | Date): boolean {
    const ms = instantMs('at', at)
    return ms % 1000 === 0 && nextTick(this.#pattern, this.#zone, ms / 1000 - 1) === ms / 1000
  }
}

function within(second: number): number | null {
  const ms = second * 1000
  return ms >= -MAX_INSTANT_MS && ms <= MAX_INSTANT_MS ? ms : null
}
