import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, everySchedule } from './index.ts'

const MINUTE = 60_000

describe('everySchedule', () => {
  it('ticks at whole intervals from the epoch, wherever it is asked from', () => {
    const schedule = everySchedule('15m')
    const noon = Date.UTC(2026, 0, 1, 12)
    expect(schedule.next(noon + 1)).toBe(noon + 15 * MINUTE)
    expect(schedule.next(noon + 14 * MINUTE)).toBe(noon + 15 * MINUTE)
    expect(schedule.next(new Date(noon))).toBe(noon + 15 * MINUTE)
    expect(schedule.previous(noon)).toBe(noon - 15 * MINUTE)
    expect(schedule.previous(noon + 1)).toBe(noon)
    expect(schedule.upcoming(noon, 3)).toEqual([15, 30, 45].map((minutes) => noon + minutes * MINUTE))
  })

  it('is aligned to its anchor in both directions, so that a restart does not shift it', () => {
    const anchor = Date.UTC(2026, 0, 1, 0, 7, 30)
    const schedule = everySchedule('1h30m', { anchor: new Date(anchor) })
    expect(schedule.next(anchor - 1)).toBe(anchor)
    expect(schedule.previous(anchor)).toBe(anchor - 90 * MINUTE)
    expect(schedule.matches(anchor + 900 * MINUTE)).toBe(true)
    expect(schedule.matches(anchor - 900 * MINUTE)).toBe(true)
    expect(schedule.matches(anchor + 1)).toBe(false)
    for (let at = anchor - 200 * MINUTE; at < anchor + 200 * MINUTE; at += 7 * MINUTE) {
      expect(everySchedule(90 * MINUTE, { anchor }).next(at)).toBe(schedule.next(at))
      expect(schedule.next(schedule.previous(at) ?? Number.NaN)).toBeGreaterThanOrEqual(at)
    }
  })

  it('says what it is', () => {
    expect(everySchedule(900_000)).toMatchObject({ kind: 'every', expression: '15m', timezone: 'UTC' })
    expect(everySchedule('90m').expression).toBe('1h30m')
  })

  it('ends where dates end', () => {
    const schedule = everySchedule('1d')
    expect(schedule.next(8.64e15)).toBeNull()
    expect(schedule.previous(-8.64e15)).toBeNull()
    expect(schedule.upcoming(8.64e15 - 1, 5)).toEqual([8.64e15])
  })

  it('refuses intervals and anchors that are none', () => {
    for (const interval of ['', '15', '0m', 0, -1, 1.5, Number.NaN, Infinity, 1e16, 'soon']) {
      expect(() => everySchedule(interval), String(interval)).toThrow(InvalidScheduleError)
    }
    expect(() => everySchedule('1m', { anchor: Number.NaN })).toThrow(/anchor/)
    expect(() => everySchedule('1m', { anchor: new Date(Number.NaN) })).toThrow(/anchor/)
    expect(() => everySchedule('1 fortnight')).toThrow(
      "'1 fortnight': expected the interval to be a duration such as '15m' or '1h30m', or whole milliseconds >= 1, got \"1 fortnight\"",
    )
  })
})
