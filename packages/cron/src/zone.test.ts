import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseSchedule } from './index.ts'
import { IntlZone, utc } from './zone.ts'

const DAY = 86_400
const at = (text: string): number => Date.parse(text) / 1000

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a zone', () => {
  it('finds the second of a change and the offsets around it', () => {
    const zone = new IntlZone('Europe/Berlin')
    const change = at('2026-03-29T01:00Z')
    expect(zone.periodAt(change - 1)).toMatchObject({ end: change, offset: 3600 })
    expect(zone.periodAt(change)).toMatchObject({ start: change, offset: 7200, peak: change - 1 + 3600 })
  })

  it('knows offsets with seconds', () => {
    const zone = new IntlZone('Africa/Monrovia')
    const change = at('1972-01-07T00:44:30Z')
    expect(zone.periodAt(change - 1)).toMatchObject({ end: change, offset: -2670 })
    expect(zone.periodAt(change).offset).toBe(0)
  })

  it('remembers the time that was shown before the clock went back', () => {
    const zone = new IntlZone('America/New_York')
    const change = at('2026-11-01T06:00Z')
    expect(zone.periodAt(change).peak).toBe(change - 1 - 4 * 3600)
    expect(zone.periodAt(change).peak).toBeGreaterThan(change - 5 * 3600)
  })

  it('asks for offsets once, and makes one formatter', () => {
    // In TypeScript `format` is a method; in the engine `format` is a getter that returns a function.
    const asked = vi.spyOn(Intl.DateTimeFormat.prototype as { readonly format: unknown }, 'format', 'get')
    const made = vi.spyOn(Intl, 'DateTimeFormat')
    const zone = new IntlZone('Australia/Lord_Howe')
    const from = at('2026-01-10T00:00Z')
    zone.periodAt(from)
    const questions = asked.mock.calls.length
    expect(questions).toBeLessThan(130)
    const { start, end } = zone.periodAt(from)
    for (let second = start; second < end; second += DAY) zone.periodAt(second)
    expect(asked).toHaveBeenCalledTimes(questions)
    expect(made).toHaveBeenCalledTimes(1)
  })

  it('is made when the expression is parsed, so that next never makes a formatter', () => {
    const schedule = parseSchedule('30 2 * * *', { timezone: 'America/Vancouver' })
    const made = vi.spyOn(Intl, 'DateTimeFormat')
    schedule.upcoming(Date.UTC(2026, 0, 1), 1000)
    schedule.previous(Date.UTC(1999, 0, 1))
    expect(made).not.toHaveBeenCalled()
  })

  it('stays bounded, however far apart its questions are', () => {
    const zone = new IntlZone('Europe/Paris')
    const winter = zone.periodAt(at('2026-01-10T00:00Z'))
    for (let year = 0; year < 600; year += 1) zone.periodAt(at('2030-01-10T00:00Z') + year * 365 * DAY)
    expect(zone.periodAt(at('2026-01-10T00:00Z'))).toEqual(winter)
  })

  it('has a last and a first instant', () => {
    const zone = new IntlZone('Asia/Tokyo')
    expect(zone.periodAt(8.64e12).offset).toBe(9 * 3600)
    expect(zone.periodAt(-8.64e12).end).toBeGreaterThan(-8.64e12)
    expect(utc.periodAt(0)).toMatchObject({ start: -Infinity, end: Infinity, offset: 0 })
  })
})
