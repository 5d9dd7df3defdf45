import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../src/index.ts'
import { readClock } from './oracle/local-clock.ts'
import { openWindow, oracleTicks } from './oracle/oracle.ts'
import { randomExpression } from './oracle/random-expression.ts'
import { AWKWARD_CHANGES, changeNear } from './oracle/transitions.ts'

/** The number of expressions per clock change; more by `S3SCHED_CASES=1000`. */
const EXPRESSIONS = casesOf(40)
const STARTS = 16
const SEED = Number(process.env['S3SCHED_CRON_SEED'] ?? 4)
const HOUR = 3_600_000

describe('around changes of the clock', () => {
  for (const [index, [zone, near, why]] of AWKWARD_CHANGES.entries()) {
    it(`agrees with the oracle in ${zone}, ${near}: ${why}`, () => {
      const random = createSeededRandom(SEED * 1000 + index)
      const change = changeNear(zone, Date.parse(near))
      const stepMs = zone === 'Africa/Monrovia' ? 30_000 : 60_000
      const [from, to] = [change - 30 * HOUR, change + 30 * HOUR]
      const window = openWindow(zone, from, to, stepMs)
      const hour = readClock(zone, change).hour
      for (let round = 0; round < EXPRESSIONS; round += 1) {
        const expression = randomExpression(random, hour)
        const schedule = parseSchedule(expression, { timezone: zone })
        const ticks = oracleTicks(expression, window)
        const listed = schedule.upcoming(from - 1, ticks.length + 1).filter((tick) => tick < to)
        expect(listed, `${expression} in ${zone}`).toEqual(ticks)
        const inside = (tick: number | null): number | undefined =>
          tick !== null && tick >= from && tick < to ? tick : undefined
        const wrong: number[] = []
        for (let start = 0; start < STARTS; start += 1) {
          const at = startNear(random.float(), random.float(), ticks, change)
          const agrees =
            inside(schedule.next(at)) === ticks.find((tick) => tick > at) &&
            inside(schedule.previous(at)) === ticks.findLast((tick) => tick < at) &&
            schedule.matches(at) === ticks.includes(at)
          if (!agrees) wrong.push(at)
        }
        expect(wrong, `${expression} in ${zone}, seed ${SEED}`).toEqual([])
      }
    })
  }
})

describe('expressions with seconds', () => {
  for (const [zone, near] of AWKWARD_CHANGES.filter((_, index) => index % 6 === 0)) {
    it(`agree with the oracle in ${zone}, ${near}`, () => {
      const random = createSeededRandom(SEED)
      const change = changeNear(zone, Date.parse(near))
      const [from, to] = [change - HOUR, change + HOUR]
      const window = openWindow(zone, from, to, 1000)
      for (let round = 0; round < EXPRESSIONS / 4; round += 1) {
        const expression = randomExpression(random, readClock(zone, change).hour, true)
        const ticks = oracleTicks(expression, window)
        const schedule = parseSchedule(expression, { timezone: zone })
        const listed = schedule.upcoming(from - 1, ticks.length + 1).filter((tick) => tick < to)
        expect(listed, `${expression} in ${zone}`).toEqual(ticks)
      }
    })
  }
})

/** On a tick, a millisecond beside a tick, or anywhere near the change. */
function startNear(choice: number, place: number, ticks: readonly number[], change: number): number {
  const tick = ticks[Math.floor(place * ticks.length)]
  if (tick === undefined || choice < 0.4) return Math.round(change + (place - 0.5) * 8 * HOUR)
  return tick + (choice < 0.6 ? 0 : choice < 0.8 ? 1 : -1)
}
