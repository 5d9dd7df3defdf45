import { describe, expect, it } from 'vitest'
import { BitSet } from '../src/bit-set.ts'
import { DayRule, type DaySets } from '../src/day-rule.ts'
import { Pattern } from '../src/pattern.ts'
import { IntlZone, type Zone, type ZonePeriod } from '../src/zone.ts'
import { nextTick, previousTick } from '../src/zoned-walk.ts'

/** The longest distance to a tick, in months of one year's list: 40 years, twelve months each. */
const MOST_MONTHS = 40 * 12
/** Every year of the cycle once, for an expression without ticks. */
const MOST_MONTHS_IN_VAIN = 401 * 12
/** Two days of periods around the start and around the result. */
const MOST_PERIODS = 16

class CountingRule extends DayRule {
  months = 0

  override mask(year: number, month: number, first: number): number {
    this.months += 1
    return super.mask(year, month, first)
  }
}

class CountingZone implements Zone {
  readonly name = 'counted'
  readonly canonicalName = 'counted'
  readonly #zone: Zone
  periods = 0

  constructor(zone: Zone) {
    this.#zone = zone
  }

  periodAt(second: number): ZonePeriod {
    this.periods += 1
    return this.#zone.periodAt(second)
  }
}

const ALL_DAYS = 0x7fff_ffff
const none: DaySets = {
  days: ALL_DAYS,
  fromLast: 0,
  nearest: 0,
  lastWorkday: false,
  weekdays: 0b111_1111,
  nth: [],
  lastWeekdays: 0,
  either: false,
}
const dayRules: Partial<DaySets>[] = [
  {},
  ...Array.from({ length: 31 }, (_, day) => ({ days: 1 << day })),
  ...Array.from({ length: 31 }, (_, day) => ({ days: 1 << day, weekdays: 1 << (day % 7) })),
  ...Array.from({ length: 31 }, (_, day) => ({ days: 0, fromLast: 1 << day })),
  ...Array.from({ length: 31 }, (_, day) => ({ days: 0, nearest: 1 << day })),
  ...Array.from({ length: 7 }, (_, day) => ({ weekdays: 0, nth: [0, 0, 0, 0, 1 << day] })),
  ...Array.from({ length: 7 }, (_, day) => ({ days: 1 << 28, weekdays: 0, nth: [0, 0, 0, 0, 1 << day] })),
  ...Array.from({ length: 7 }, (_, day) => ({ weekdays: 0, lastWeekdays: 1 << day, days: 1 << 30 })),
  { days: 0, lastWorkday: true },
]
const months = [0xfff, 1, 0b10, 0b101_0010_1010, 1 << 11]
const times = [
  { minutes: BitSet.of([0]), hours: BitSet.of([2]) },
  { minutes: BitSet.of([59]), hours: BitSet.of([23]) },
]
const starts = [Date.UTC(2026, 2, 8, 6, 59), Date.UTC(2026, 10, 1, 5, 30), Date.UTC(2072, 2, 1), Date.UTC(1999, 11, 31)]

describe('the number of steps to a tick', () => {
  for (const elapsed of [false, true]) {
    it(`is bounded for every kind of day, ${elapsed ? 'elapsed' : 'fixed'}`, () => {
      const zone = new IntlZone('America/New_York')
      for (const rule of dayRules) {
        for (const monthSet of months) {
          for (const time of times) {
            const counted = new CountingRule({ ...none, ...rule })
            const pattern = new Pattern({
              ...time,
              seconds: BitSet.of([0]),
              months: monthSet,
              dayRule: counted,
              elapsed,
            })
            expect(counted.months).toBeLessThanOrEqual(MOST_MONTHS_IN_VAIN)
            for (const start of starts) {
              for (const step of [nextTick, previousTick]) {
                counted.months = 0
                const periods = new CountingZone(zone)
                step(pattern, periods, start / 1000)
                // An elapsed pattern in an hour swallowed by a gap continues at the next matching date.
                const dates = elapsed ? 3 : 1
                expect(counted.months, JSON.stringify(rule)).toBeLessThanOrEqual(MOST_MONTHS * dates)
                expect(periods.periods, JSON.stringify(rule)).toBeLessThanOrEqual(MOST_PERIODS * dates)
              }
            }
          }
        }
      }
    })
  }

  it('is bounded by the cycle when a gap swallows every one of them', () => {
    const counted = new CountingRule({ ...none, weekdays: 0, nth: [0, 1] })
    const [hours, minutes, seconds] = [BitSet.of([2]), BitSet.of([0, 30]), BitSet.of([0])]
    const pattern = new Pattern({ seconds, minutes, hours, months: 0b100, dayRule: counted, elapsed: true })
    const zone = new CountingZone(new IntlZone('America/New_York'))
    expect(nextTick(pattern, zone, Date.UTC(2026, 0, 1) / 1000)).toBe(Infinity)
    expect(counted.months).toBeLessThanOrEqual(MOST_MONTHS_IN_VAIN)
    expect(zone.periods).toBeLessThanOrEqual(401 * MOST_PERIODS)
  })
})
