import { instantMs, MAX_INSTANT_MS } from './instant.ts'
import type { Pattern } from './pattern.ts'
import type { Schedule } from './schedule.ts'
import { collect } from './collect.ts'
import type { Zone } from './zone.ts'
import { nextTick, previousTick } from './zoned-walk.ts'

/** A cron expression in a time zone. */
export class CronSchedule implements Schedule {
  readonly expression: string
  readonly timezone: string
  readonly #pattern: Pattern
  readonly #zone: Zone
  /**
   * Known bounds, epoch seconds: no tick comes after the first, and none before the second. Cached, because the search
   * takes a whole cycle.
   */
  #noneAfter: number | undefined
  #noneBefore: number | undefined

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

  get meaning(): string {
    const { canonicalName } = this.#zone
    // Without clock changes, elapsed time and local time are the same.
    const follows = this.#pattern.elapsed && canonicalName !== 'UTC' ? 'elapsed' : 'local'
    return `cron ${this.#pattern.meaning} ${follows} ${canonicalName}`
  }

  /** The most ticks of a day. */
  get timesPerDay(): number {
    return this.#pattern.timesPerDay
  }

  next(after: number | Date): number | null {
    const second = Math.floor(instantMs('after', after) / 1000)
    if (this.#noneAfter !== undefined && second >= this.#noneAfter) return null
    const found = nextTick(this.#pattern, this.#zone, second) * 1000
    if (found <= MAX_INSTANT_MS) return found
    this.#noneAfter = second
    return null
  }

  previous(before: number | Date): number | null {
    const second = Math.ceil(instantMs('before', before) / 1000) - 1
    if (this.#noneBefore !== undefined && second <= this.#noneBefore) return null
    const found = previousTick(this.#pattern, this.#zone, second) * 1000
    if (found >= -MAX_INSTANT_MS) return found
    this.#noneBefore = second
    return null
  }

  upcoming(after: number | Date, limit: number): number[] {
    return collect(this, after, limit)
  }

  matches(at: number | Date): boolean {
    const ms = instantMs('at', at)
    return ms % 1000 === 0 && nextTick(this.#pattern, this.#zone, ms / 1000 - 1) === ms / 1000
  }
}
