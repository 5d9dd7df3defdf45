import { casesOf, sizeOf } from '@s3sched-tooling/vitest/share-of'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../src/index.ts'
import { readingOf } from './oracle/local-clock.ts'
import { randomExpression } from './oracle/random-expression.ts'
import { referenceExpression } from './oracle/reference-expression.ts'

const ROUNDS = casesOf(150)
const DAY = 86_400_000
const ALL_ZONES = Intl.supportedValuesOf('timeZone')
/** Evenly from the whole list, which is sorted by continent. */
const ZONES = ALL_ZONES.filter((_, index) => index % sizeOf({ plain: 4, all: 1 }) === 0)

describe('days', () => {
  it('are those that the oracle names, over years with and without a leap day, forward and backward', () => {
    const random = createSeededRandom(11)
    for (let round = 0; round < ROUNDS; round += 1) {
      const expression = `30 12 ${randomExpression(random, 12).split(' ').slice(2).join(' ')}`
      const from = Date.UTC(1896 + Math.floor(random.float() * 230), 11, 1)
      const to = from + 1500 * DAY
      const reference = referenceExpression(expression)
      const named: number[] = []
      for (let day = from; day < to; day += DAY) {
        if (reference.matches(readingOf(day + DAY / 2 + 30 * 60_000))) named.push(day + DAY / 2 + 30 * 60_000)
      }
      const schedule = parseSchedule(expression)
      const listed = schedule.upcoming(from, named.length + 1).filter((tick) => tick < to)
      expect(listed, expression).toEqual(named)
      const backward: number[] = []
      for (let tick = schedule.previous(to); tick !== null && tick >= from; tick = schedule.previous(tick)) {
        backward.push(tick)
      }
      expect(backward.toReversed(), expression).toEqual(named)
    }
  })
})

describe('every zone', () => {
  it(`runs a daily job once for every date that its clock shows, and a rhythm evenly (${ZONES.length} zones)`, () => {
    const from = Date.UTC(2023, 11, 20)
    const to = Date.UTC(2026, 0, 10)
    for (const timezone of ZONES) {
      const daily = parseSchedule('30 0,2 * * *', { timezone })
        .upcoming(from, 1600)
        .filter((tick) => tick < to)
      const back: number[] = []
      for (let tick = parseSchedule('30 0,2 * * *', { timezone }).previous(to); tick !== null && tick > from;) {
        back.push(tick)
        tick = parseSchedule('30 0,2 * * *', { timezone }).previous(tick)
      }
      expect(back.toReversed(), timezone).toEqual(daily)
      // Two ticks a day, in spite of clock changes; the ticks at the edges depend on the zone.
      expect(Math.abs(daily.length - 2 * Math.round((to - from) / DAY)), timezone).toBeLessThanOrEqual(2)
      const rhythm = parseSchedule('*/30 * * * *', { timezone }).upcoming(from, 1000)
      expect(new Set(rhythm.slice(1).map((tick, index) => tick - (rhythm[index] ?? 0))), timezone).toEqual(
        new Set([1_800_000]),
      )
    }
  })
})
