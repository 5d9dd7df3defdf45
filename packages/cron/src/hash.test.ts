import { describe, expect, it } from 'vitest'
import { fractionOf } from './hash.ts'
import { parseSchedule } from './index.ts'

const start = Date.UTC(2026, 0, 1)

function first(expression: string, hashSeed: string): Date {
  return new Date(parseSchedule(expression, { hashSeed }).next(start) ?? Number.NaN)
}

describe('H', () => {
  it('picks the same for a job in every process and release', () => {
    expect(first('H H * * *', 'backup').toISOString()).toBe('2026-01-01T18:33:00.000Z')
    expect(first('H H H * *', 'report').toISOString()).toBe('2026-01-18T15:40:00.000Z')
    expect(fractionOf('s3sched')).toBe(0.9358197911642492)
  })

  it('spreads a fleet of hourly jobs over the whole hour', () => {
    const counts = Array.from({ length: 60 }, () => 0)
    for (let job = 0; job < 6000; job += 1) {
      const minute = first('H * * * *', `job-${job}`).getUTCMinutes()
      counts[minute] = (counts[minute] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan(60)
    expect(Math.max(...counts)).toBeLessThan(140)
  })

  it('picks the minute and the hour independently', () => {
    const pairs = new Set<string>()
    for (let job = 0; job < 2000; job += 1) pairs.add(first('H H * * *', `job-${job}`).toISOString())
    expect(pairs.size).toBeGreaterThan(1000)
  })

  it('never picks a day that some month does not have', () => {
    for (let job = 0; job < 500; job += 1) {
      const ticks = parseSchedule('0 0 H * *', { hashSeed: `job-${job}` }).upcoming(start - 1, 12)
      expect(new Set(ticks.map((tick) => new Date(tick).getUTCMonth())).size).toBe(12)
    }
  })

  it('stays in its range, and keeps its step', () => {
    for (let job = 0; job < 300; job += 1) {
      const hashSeed = `job-${job}`
      expect(first('0 H(9-17) * * *', hashSeed).getUTCHours()).toBeGreaterThanOrEqual(9)
      expect(first('0 H(9-17) * * *', hashSeed).getUTCHours()).toBeLessThanOrEqual(17)
      const quarter = parseSchedule('H/15 * * * *', { hashSeed }).upcoming(start - 1, 8)
      expect(quarter[0] ?? Number.NaN).toBeLessThan(start + 15 * 60_000)
      expect(quarter.slice(1).map((tick, index) => tick - (quarter[index] ?? 0))).toEqual(Array(7).fill(900_000))
      const ranged = parseSchedule('H(10-29)/10 * * * *', { hashSeed }).upcoming(start - 1, 2)
      expect(ranged.map((tick) => Math.trunc(new Date(tick).getUTCMinutes() / 10))).toEqual([1, 2])
    }
  })

  it('spreads the items of a list independently, in every field', () => {
    const minutes = parseSchedule('H(0-29),H(30-59) * * * *', { hashSeed: 'job' }).upcoming(start - 1, 2)
    expect((minutes[1] ?? 0) - (minutes[0] ?? 0)).not.toBe(30 * 60_000)
    expect(parseSchedule('H H H H * *', { hashSeed: 'job' }).next(start)).not.toBeNull()
    expect(parseSchedule('0 0 * H H', { hashSeed: 'job' }).next(start)).not.toBeNull()
  })
})
