import { highestBit, lowestBit, type BitSet } from './bit-set.ts'
import { civilFromDays, daysFromCivil, weekdayOf } from './civil.ts'
import { firstDayOf, lastDayOf, type DayRule } from './day-rule.ts'

/** The largest distance from a date to its next match, in years: dates and weekdays repeat after 400 years. */
const CYCLE_YEARS = 400

const DAY_SECONDS = 86_400

/** The meaning of the fields of an expression. */
export interface PatternFields {
  readonly seconds: BitSet
  readonly minutes: BitSet
  readonly hours: BitSet
  readonly dayRule: DayRule
  /** Bit 0 is January. */
  readonly months: number
  /** True if ticks follow elapsed time: the hour or the minute was written as a wildcard or with a step. */
  readonly elapsed: boolean
}

/**
 * The local times named by an expression, in a calendar without zones: seconds since 1970-01-01T00:00:00 on a clock
 * that is never adjusted. zoned-walk.ts turns local times into instants.
 */
export class Pattern {
  readonly elapsed: boolean
  readonly #seconds: BitSet
  readonly #minutes: BitSet
  readonly #hours: BitSet
  readonly #dayRule: DayRule
  readonly #months: number
  readonly #never: boolean

  constructor(fields: PatternFields) {
    this.elapsed = fields.elapsed
    this.#seconds = fields.seconds
    this.#minutes = fields.minutes
    this.#hours = fields.hours
    this.#dayRule = fields.dayRule
    this.#months = fields.months
    this.#never = this.#firstDayAfterMonth(1999, 12) === Infinity
  }

  /** Equal for patterns with the same local times. */
  get meaning(): string {
    const sets = [this.#seconds, this.#minutes, this.#hours].map((set) => set.meaning)
    return [...sets, this.#months, this.#dayRule.meaning].join(' ')
  }

  /** The number of times on a matching day. */
  get timesPerDay(): number {
    return this.#hours.size * this.#minutes.size * this.#seconds.size
  }

  /**
   * The longest unit of local time that matches wholly or not at all: a day, an hour, a minute or a second, in seconds.
   * @param wholeMinutes - true where the seconds do not count
   */
  grain(wholeMinutes: boolean): number {
    if (!wholeMinutes && this.#seconds.size < 60) return 1
    if (this.#minutes.size < 60) return 60
    return this.#hours.size < 24 ? 3600 : DAY_SECONDS
  }

  /** The first matching local second at or after `from`; `Infinity` without a match in the whole cycle. */
  next(from: number): number {
    if (this.#never) return Infinity
    const day = Math.floor(from / DAY_SECONDS)
    const packed = civilFromDays(day)
    const year = Math.floor(packed / 512)
    const month = (packed >>> 5) & 15
    const dayOfMonth = packed & 31
    if ((this.#months & (1 << (month - 1))) !== 0) {
      const first = weekdayOf(day - dayOfMonth + 1)
      const mask = this.#dayRule.mask(year, month, first)
      if ((mask & (1 << (dayOfMonth - 1))) !== 0) {
        const time = this.#timeAtOrAfter(from - day * DAY_SECONDS)
        if (time >= 0) return day * DAY_SECONDS + time
      }
      const later = dayOfMonth === 31 ? 0 : firstDayOf(mask & (-1 << dayOfMonth))
      if (later !== 0) return (day - dayOfMonth + later) * DAY_SECONDS + this.#firstTime()
    }
    const found = this.#firstDayAfterMonth(year, month)
    return found === Infinity ? Infinity : found * DAY_SECONDS + this.#firstTime()
  }

  /** The last matching local second at or before `from`; `-Infinity` without a match in the whole cycle. */
  previous(from: number): number {
    if (this.#never) return -Infinity
    const day = Math.floor(from / DAY_SECONDS)
    const packed = civilFromDays(day)
    const year = Math.floor(packed / 512)
    const month = (packed >>> 5) & 15
    const dayOfMonth = packed & 31
    if ((this.#months & (1 << (month - 1))) !== 0) {
      const first = weekdayOf(day - dayOfMonth + 1)
      const mask = this.#dayRule.mask(year, month, first)
      if ((mask & (1 << (dayOfMonth - 1))) !== 0) {
        const time = this.#timeAtOrBefore(from - day * DAY_SECONDS)
        if (time >= 0) return day * DAY_SECONDS + time
      }
      const earlier = lastDayOf(mask & ((1 << (dayOfMonth - 1)) - 1))
      if (earlier !== 0) return (day - dayOfMonth + earlier) * DAY_SECONDS + this.#lastTime()
    }
    const found = this.#lastDayBeforeMonth(year, month)
    return found === -Infinity ? -Infinity : found * DAY_SECONDS + this.#lastTime()
  }

  #firstDayAfterMonth(year: number, month: number): number {
    let left = month === 12 ? 0 : this.#months & (-1 << month)
    for (let at = year; at <= year + CYCLE_YEARS; at += 1, left = this.#months) {
      for (; left !== 0; left &= left - 1) {
        const candidate = lowestBit(left) + 1
        const start = daysFromCivil(at, candidate, 1)
        const day = firstDayOf(this.#dayRule.mask(at, candidate, weekdayOf(start)))
        if (day !== 0) return start + day - 1
      }
    }
    return Infinity
  }

  #lastDayBeforeMonth(year: number, month: number): number {
    let left = this.#months & ((1 << (month - 1)) - 1)
    for (let at = year; at >= year - CYCLE_YEARS; at -= 1, left = this.#months) {
      while (left !== 0) {
        const candidate = highestBit(left) + 1
        left ^= 1 << (candidate - 1)
        const start = daysFromCivil(at, candidate, 1)
        const day = lastDayOf(this.#dayRule.mask(at, candidate, weekdayOf(start)))
        if (day !== 0) return start + day - 1
      }
    }
    return -Infinity
  }

  #firstTime(): number {
    return this.#hours.next(0) * 3600 + this.#minutes.next(0) * 60 + this.#seconds.next(0)
  }

  #lastTime(): number {
    return this.#hours.previous(23) * 3600 + this.#minutes.previous(59) * 60 + this.#seconds.previous(59)
  }

  #timeAtOrAfter(time: number): number {
    const hour = Math.trunc(time / 3600)
    if (this.#hours.has(hour)) {
      const minute = Math.trunc(time / 60) - hour * 60
      if (this.#minutes.has(minute)) {
        const second = this.#seconds.next(time % 60)
        if (second >= 0) return hour * 3600 + minute * 60 + second
      }
      const laterMinute = this.#minutes.next(minute + 1)
      if (laterMinute >= 0) return hour * 3600 + laterMinute * 60 + this.#seconds.next(0)
    }
    const laterHour = this.#hours.next(hour + 1)
    return laterHour < 0 ? -1 : laterHour * 3600 + this.#minutes.next(0) * 60 + this.#seconds.next(0)
  }

  #timeAtOrBefore(time: number): number {
    const hour = Math.trunc(time / 3600)
    if (this.#hours.has(hour)) {
      const minute = Math.trunc(time / 60) - hour * 60
      if (this.#minutes.has(minute)) {
        const second = this.#seconds.previous(time % 60)
        if (second >= 0) return hour * 3600 + minute * 60 + second
      }
      const earlierMinute = this.#minutes.previous(minute - 1)
      if (earlierMinute >= 0) return hour * 3600 + earlierMinute * 60 + this.#seconds.previous(59)
    }
    const earlierHour = this.#hours.previous(hour - 1)
    return earlierHour < 0 ? -1 : earlierHour * 3600 + this.#minutes.previous(59) * 60 + this.#seconds.previous(59)
  }
}
