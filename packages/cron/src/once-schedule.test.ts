import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, onceSchedule } from './index.ts'

describe('onceSchedule', () => {
  const at = Date.UTC(2026, 1, 3, 4, 5, 6, 7)
  const schedule = onceSchedule(new Date(at))

  it('has one tick', () => {
    expect(schedule.next(at - 1)).toBe(at)
    expect(schedule.next(at)).toBeNull()
    expect(schedule.previous(at + 1)).toBe(at)
    expect(schedule.previous(at)).toBeNull()
    expect(schedule.upcoming(0, 5)).toEqual([at])
    expect(schedule.upcoming(at, 5)).toEqual([])
    expect(schedule.upcoming(0, 0)).toEqual([])
    expect([schedule.matches(at), schedule.matches(at + 1)]).toEqual([true, false])
  })

  it('is written as Date writes it', () => {
    expect(schedule).toMatchObject({ kind: 'once', timezone: 'UTC', expression: '2026-02-03T04:05:06.007Z' })
    for (const ms of [0, -1, 8.64e15, -8.64e15, Date.UTC(-5, 0, 1), Date.UTC(12_345, 6, 7)]) {
      expect(onceSchedule(ms).expression).toBe(new Date(ms).toISOString())
    }
  })

  it('refuses what is no instant', () => {
    for (const value of [Number.NaN, Infinity, 0.5, 1e16, new Date(Number.NaN), '2026-01-01']) {
      expect(() => onceSchedule(value as number)).toThrow(InvalidScheduleError)
    }
  })
})
