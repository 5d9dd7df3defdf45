import { describe, expect, it } from 'vitest'
import { parseSchedule } from './index.ts'

const start = Date.UTC(2026, 0, 1)

describe('a cron schedule', () => {
  const schedule = parseSchedule('*/10 * * * *')

  it('is strictly after and strictly before, to the millisecond', () => {
    expect(schedule.next(start)).toBe(start + 600_000)
    expect(schedule.next(start - 1)).toBe(start)
    expect(schedule.next(start - 0.5)).toBe(start)
    expect(schedule.previous(start)).toBe(start - 600_000)
    expect(schedule.previous(start + 1)).toBe(start)
    expect(schedule.previous(start + 0.5)).toBe(start)
    expect(schedule.next(new Date(start))).toBe(start + 600_000)
  })

  it('matches its ticks only', () => {
    expect(schedule.matches(start)).toBe(true)
    expect(schedule.matches(new Date(start))).toBe(true)
    expect(schedule.matches(start + 1)).toBe(false)
    expect(schedule.matches(start + 60_000)).toBe(false)
  })

  it('lists as many ticks as asked for', () => {
    expect(schedule.upcoming(start, 0)).toEqual([])
    expect(schedule.upcoming(start, 2)).toEqual([start + 600_000, start + 1_200_000])
    expect(schedule.upcoming(start, 1000)).toHaveLength(1000)
  })

  it('refuses what is no instant and no count', () => {
    for (const value of [Number.NaN, Infinity, 8.64e15 + 1, new Date(Number.NaN), '0', undefined]) {
      expect(() => schedule.next(value as number)).toThrow(/expected after to be epoch milliseconds or a Date/)
      expect(() => schedule.previous(value as number)).toThrow(/before/)
      expect(() => schedule.matches(value as number)).toThrow(/expected at/)
    }
    for (const limit of [-1, 0.5, Number.NaN, Infinity]) expect(() => schedule.upcoming(0, limit)).toThrow(/limit/)
  })

  it('ends where dates end, and works beside it', () => {
    for (const timezone of ['UTC', 'Europe/Berlin']) {
      const everywhere = parseSchedule('*/10 * * * *', { timezone })
      expect(everywhere.next(8.64e15)).toBeNull()
      expect(everywhere.previous(-8.64e15)).toBeNull()
      expect(everywhere.next(8.64e15 - 1)).toBe(8.64e15)
      expect(everywhere.next(-8.64e15)).toBeGreaterThan(-8.64e15)
    }
  })
})

describe('changes of the clock', () => {
  const ticksOf = (expression: string, timezone: string, from: string, to: string): string[] =>
    parseSchedule(expression, { timezone })
      .upcoming(Date.parse(from) - 1, 200)
      .filter((tick) => tick < Date.parse(to))
      .map((tick) => new Date(tick).toISOString().slice(0, 19))

  it('run a fixed time that is skipped once, at the first instant after the gap', () => {
    const gap = ['2024-03-10T05:00Z', '2024-03-10T12:00Z'] as const
    expect(ticksOf('30 2 * * *', 'America/New_York', ...gap)).toEqual(['2024-03-10T07:00:00'])
    expect(ticksOf('0,15,59 2 * * *', 'America/New_York', ...gap)).toEqual(['2024-03-10T07:00:00'])
    expect(ticksOf('0 2,3 * * *', 'America/New_York', ...gap)).toEqual(['2024-03-10T07:00:00'])
    expect(ticksOf('*/10 30 2 * * *', 'America/New_York', ...gap)).toEqual(['2024-03-10T07:00:00'])
  })

  it('run a fixed time that comes twice at its first occurrence', () => {
    const fold = ['2024-11-03T04:00Z', '2024-11-03T09:00Z'] as const
    expect(ticksOf('30 1 * * *', 'America/New_York', ...fold)).toEqual(['2024-11-03T05:30:00'])
    expect(ticksOf('0 0-23 * * *', 'America/New_York', ...fold)).toEqual([
      '2024-11-03T04:00:00',
      '2024-11-03T05:00:00',
      '2024-11-03T07:00:00',
      '2024-11-03T08:00:00',
    ])
    expect(ticksOf('*/30 30 1 * * *', 'America/New_York', ...fold)).toEqual([
      '2024-11-03T05:30:00',
      '2024-11-03T05:30:30',
    ])
  })

  it('leave a rhythm alone', () => {
    const spring = ticksOf('*/20 * * * *', 'America/New_York', '2024-03-10T05:00Z', '2024-03-10T09:00Z')
    const autumn = ticksOf('*/20 * * * *', 'America/New_York', '2024-11-03T04:00Z', '2024-11-03T08:00Z')
    expect([spring.length, autumn.length]).toEqual([12, 12])
    expect(ticksOf('5/20 1 * * *', 'America/New_York', '2024-11-03T04:00Z', '2024-11-03T08:00Z')).toHaveLength(6)
    expect(ticksOf('0 0-6/2 * * *', 'Antarctica/Troll', '2024-10-27T00:00Z', '2024-10-27T05:00Z')).toHaveLength(3)
  })

  it('run a skipped day at its end', () => {
    expect(ticksOf('0 9 30 12 *', 'Pacific/Apia', '2011-12-01T00:00Z', '2012-01-31T00:00Z')).toEqual([
      '2011-12-30T10:00:00',
    ])
    expect(ticksOf('0 9,17 * * *', 'Pacific/Apia', '2011-12-30T05:00Z', '2011-12-31T05:00Z')).toEqual([
      '2011-12-30T10:00:00',
      '2011-12-30T19:00:00',
      '2011-12-31T03:00:00',
    ])
  })

  it('answer null, and soon, for a rhythm in an hour that a rule skips every time', () => {
    const schedule = parseSchedule('*/30 2 * 3 0#2', { timezone: 'America/New_York' })
    expect(schedule.next(start)).toBeNull()
    expect(schedule.next(start + 1)).toBeNull()
    expect(schedule.previous(start)).toBe(Date.parse('2006-03-12T07:30Z'))
  })
})
