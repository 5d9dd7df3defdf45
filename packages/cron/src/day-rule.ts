import { highestBit, lowestBit } from './bit-set.ts'
import { daysInMonth } from './civil.ts'

/** The two day fields as written, each set in the low bits of an integer. */
export interface DaySets {
  /** Plain days of the month; bit 0 is the 1st. */
  readonly days: number
  /** `L` and `L-n`: bit n is the n-th day before the last day of the month. */
  readonly fromLast: number
  /** `nW`: the Monday to Friday nearest to a day, within the month; bit 0 is the 1st. */
  readonly nearest: number
  /** `LW`: the last Monday to Friday of the month. */
  readonly lastWorkday: boolean
  /** Plain weekdays; bit 0 is Sunday. */
  readonly weekdays: number
  /** `d#n`: one set of weekdays per n, 1 first. */
  readonly nth: readonly number[]
  /** `dL`: weekdays in the last seven days of the month. */
  readonly lastWeekdays: number
  /** True if a day has to fit either field (neither begins with `*` or `?`), false if both. */
  readonly either: boolean
}

const WEEK = 0b111_1111
const MONTH = 0x7fff_ffff

/** The days of a month that fit the two day fields together. */
export class DayRule {
  readonly #sets: DaySets
  readonly #special: boolean

  constructor(sets: DaySets) {
    this.#sets = sets
    this.#special =
      sets.fromLast !== 0 || sets.nearest !== 0 || sets.lastWorkday || sets.nth.length > 0 || sets.lastWeekdays !== 0
  }

  /** Equal for rules of equal sets. */
  get meaning(): string {
    const { days, either, fromLast, lastWeekdays, lastWorkday, nearest, nth, weekdays } = this.#sets
    // A full set may be written as a wildcard, and then the higher bits are set too.
    const plain = [days & MONTH, weekdays & WEEK]
    return [...plain, fromLast, nearest, lastWorkday, lastWeekdays, nth.join('#'), either].join('.')
  }

  /** The fitting days of a month whose 1st is on weekday `first`; bit 0 is the 1st. */
  mask(year: number, month: number, first: number): number {
    const length = daysInMonth(year, month)
    let byDay = this.#sets.days
    let byWeekday = spread(this.#sets.weekdays, first)
    if (this.#special) {
      byDay |= this.#specialDays(length, first)
      byWeekday |= this.#specialWeekdays(length, first)
    }
    return (this.#sets.either ? byDay | byWeekday : byDay & byWeekday) & (0x7fff_ffff >>> (31 - length))
  }

  #specialDays(length: number, first: number): number {
    let mask = 0
    for (let left = this.#sets.fromLast; left !== 0; left &= left - 1) {
      const before = lowestBit(left)
      if (before < length) mask |= 1 << (length - 1 - before)
    }
    for (let left = this.#sets.nearest; left !== 0; left &= left - 1) {
      const day = lowestBit(left) + 1
      if (day <= length) mask |= 1 << (nearestWorkday(day, length, first) - 1)
    }
    if (this.#sets.lastWorkday) mask |= 1 << (nearestWorkday(length, length, first) - 1)
    return mask
  }

  #specialWeekdays(length: number, first: number): number {
    let mask = spread(this.#sets.lastWeekdays, first) & (WEEK << (length - 7))
    for (const [index, weekdays] of this.#sets.nth.entries()) mask |= spread(weekdays, first) & (WEEK << (index * 7))
    return mask
  }
}

/** The days of a month, from bit 0, on the given `weekdays` when its 1st is on `first`. */
function spread(weekdays: number, first: number): number {
  const week = ((weekdays >>> first) | (weekdays << (7 - first))) & WEEK
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28)
}

/** The Monday to Friday nearest to a day, without leaving its month. */
function nearestWorkday(day: number, length: number, first: number): number {
  const weekday = (first + day - 1) % 7
  if (weekday === 6) return day === 1 ? 3 : day - 1
  if (weekday === 0) return day === length ? day - 2 : day + 1
  return day
}

/** The largest day in a mask, or 0 for an empty mask. */
export function lastDayOf(mask: number): number {
  return mask === 0 ? 0 : highestBit(mask) + 1
}

/** The smallest day in a mask, or 0 for an empty mask. */
export function firstDayOf(mask: number): number {
  return mask === 0 ? 0 : lowestBit(mask) + 1
}
