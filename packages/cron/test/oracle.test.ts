import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../src/index.ts'
import { openWindow, oracleTicks } from './oracle/oracle.ts'

const HOUR = 3_600_000
const spring = Date.parse('2024-03-10T07:00Z')
const autumn = Date.parse('2024-11-03T06:00Z')
const zone = 'America/New_York'

/** The package's ticks for an expression around a clock change. */
function listed(expression: string, change: number): number[] {
  return parseSchedule(expression, { timezone: zone })
    .upcoming(change - 4 * HOUR - 1, 200)
    .filter((tick) => tick < change + 4 * HOUR)
}

function named(expression: string, change: number): number[] {
  return oracleTicks(expression, openWindow(zone, change - 4 * HOUR, change + 4 * HOUR, 60_000))
}

describe('the oracle', () => {
  it('knows the answers that were worked out by hand', () => {
    expect(named('30 2 * * *', spring)).toEqual([spring])
    expect(named('0,30 2,3 * * *', spring)).toEqual([spring, spring + HOUR / 2])
    expect(named('*/30 2 * * *', spring)).toEqual([])
    expect(named('30 1 * * *', autumn)).toEqual([autumn - HOUR / 2])
    expect(named('*/30 1 * * *', autumn)).toEqual([-2, -1, 0, 1].map((half) => autumn + (half * HOUR) / 2))
  })

  // '2-2/1' names the same times as '2' but follows elapsed time; the oracle has to detect this mistake.
  it('catches a walk that skips what a gap swallows', () => {
    expect(listed('30 2-2/1 * * *', spring)).not.toEqual(named('30 2 * * *', spring))
  })

  it('catches a walk that repeats what a clock shows twice', () => {
    expect(listed('30 1-1/1 * * *', autumn)).not.toEqual(named('30 1 * * *', autumn))
  })

  it('catches a walk that holds a rhythm back', () => {
    expect(listed('0,30 1 * * *', autumn)).not.toEqual(named('*/30 1 * * *', autumn))
  })
})
