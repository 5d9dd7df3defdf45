import { describe, expect, it } from 'vitest'
import { everySchedule, onceSchedule, parseSchedule } from './index.ts'

const meaningOf = (expression: string, timezone = 'UTC', hashSeed = 'job'): string =>
  parseSchedule(expression, { timezone, hashSeed }).meaning

describe('the meaning of a schedule', () => {
  it.each([
    ['0 12 * * *', '0  12 * * *'],
    ['0 12 * * *', ' 0 0 12 * * * '],
    ['0 0 * * *', '@daily'],
    ['0 0 1 1 *', '@yearly'],
    ['0 12 * JAN mon-fri', '0 12 * 1 1-5'],
    ['0 12 * * 7', '0 12 * * sun'],
    ['0 12 ? * *', '0 12 * * ?'],
    ['5,10,15 * * * *', '15,5,10,5 * * * *'],
    ['0-59 * * * *', '* * * * *'],
    ['0 12 l * *', '0 12 L * *'],
    ['0 12 * * 1#2', '0 12 * * MON#2'],
  ])("of '%s' is that of '%s'", (one, other) => {
    expect(meaningOf(one)).toBe(meaningOf(other))
  })

  it.each([
    ['0 12 * * *', '0 13 * * *'],
    ['0 12 * * *', '1 0 12 * * *'],
    ['0 12 1 * *', '0 12 2 * *'],
    ['0 12 1 * 1', '0 12 */1 * 1'],
    ['0 12 L * *', '0 12 L-1 * *'],
    ['0 12 15W * *', '0 12 15 * *'],
    ['0 12 * * 1#2', '0 12 * * 1#3'],
    ['0 12 * * 5L', '0 12 * * 5'],
    ['0 12 * 1 *', '0 12 * 2 *'],
    ['H * * * *', 'H H * * *'],
  ])("of '%s' is not that of '%s'", (one, other) => {
    expect(meaningOf(one)).not.toBe(meaningOf(other))
  })

  it('goes by the zone, under whichever of its names', () => {
    for (const name of ['Etc/UTC', 'GMT', 'utc']) expect(meaningOf('0 12 * * *', name)).toBe(meaningOf('0 12 * * *'))
    expect(meaningOf('0 12 * * *', 'Asia/Kolkata')).toBe(meaningOf('0 12 * * *', 'Asia/Calcutta'))
    expect(meaningOf('0 12 * * *', 'Europe/Rome')).not.toBe(meaningOf('0 12 * * *', 'Europe/Paris'))
    // With clock changes, a wildcard follows elapsed time, and a range is fixed times.
    expect(meaningOf('0 0-23 * * *', 'Europe/Rome')).not.toBe(meaningOf('0 * * * *', 'Europe/Rome'))
  })

  it('goes by what a job makes of H', () => {
    const [minute] = parseSchedule('H * * * *', { hashSeed: 'job' }).upcoming(0, 1)
    const written = `${new Date(minute ?? Number.NaN).getUTCMinutes()} * * * *`
    expect(meaningOf('H * * * *')).toBe(meaningOf(written))
    expect(meaningOf('H * * * *', 'UTC', 'another')).not.toBe(meaningOf('H * * * *'))
  })

  it('of an interval is its length and its phase, and of a date its instant', () => {
    expect(everySchedule('60m').meaning).toBe(everySchedule(3_600_000, { anchor: 7_200_000 }).meaning)
    expect(everySchedule('60m').meaning).not.toBe(everySchedule('60m', { anchor: 1 }).meaning)
    expect(everySchedule('60m').meaning).not.toBe(everySchedule('59m').meaning)
    expect(onceSchedule(5).meaning).toBe(onceSchedule(new Date(5)).meaning)
    expect(onceSchedule(5).meaning).not.toBe(onceSchedule(6).meaning)
  })
})
