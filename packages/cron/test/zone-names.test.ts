import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { InvalidScheduleError, parseSchedule } from '../src/index.ts'

const names = readFileSync(new URL('tz-names.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))

function isKnownToTheEngine(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function refusal(timezone: string): InvalidScheduleError {
  try {
    parseSchedule('0 9 * * *', { timezone })
  } catch (error) {
    if (error instanceof InvalidScheduleError) return error
    throw error
  }
  throw new Error(`${timezone} was accepted`)
}

describe('the name of a zone', () => {
  it('may be any name of the tz database that the engine knows', () => {
    const known = names.filter(isKnownToTheEngine)
    expect(known.length).toBeGreaterThan(590)
    for (const timezone of known) expect(() => parseSchedule('0 9 * * *', { timezone }), timezone).not.toThrow()
  })

  it('may be in any case', () => {
    for (const timezone of ['utc', 'gmt', 'europe/berlin', 'us/eastern', 'nz', 'gb-eire']) {
      expect(() => parseSchedule('0 9 * * *', { timezone }), timezone).not.toThrow()
    }
  })

  // The zone of ICU for such an abbreviation is on another continent than the writer meant, or has no daylight saving.
  const abbreviations =
    'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' ')
  it.each(abbreviations)('is not the abbreviation %s, which the tz database does not have', (abbreviation) => {
    expect(names).not.toContain(abbreviation)
    expect(refusal(abbreviation)).toMatchObject({ field: 'timezone', value: abbreviation })
    expect(refusal(abbreviation).suggestion).toMatch(/^Abbreviations name no zone: write /)
    expect(refusal(abbreviation.toLowerCase()).field).toBe('timezone')
  })

  it.each(['SystemV/AST4ADT', '+02:00', '-0530', 'UTC+2', 'GMT-14', 'Z', 'EDT', 'CEST', 'Etc/Unknown', 'Factory'])(
    'is not %s',
    (timezone) => {
      expect(refusal(timezone).code).toBe('INVALID_SCHEDULE')
    },
  )

  it.each([
    ['BST', "Abbreviations name no zone: write 'Europe/London' or 'Asia/Dhaka'"],
    ['pst', "Abbreviations name no zone: write 'America/Los_Angeles' or 'Asia/Manila'"],
    ['CEST', "Abbreviations name no zone: write 'Europe/Berlin' or 'Europe/Paris'"],
    ['Z', "Abbreviations name no zone: write 'UTC'"],
    ['XYZT', 'Abbreviations name no zone: write its place'],
    ['+02:00', "Offsets name no zone: write its place, or 'Etc/GMT-2', whose sign counts to the west"],
    ['UTC-5', "Offsets name no zone: write its place, or 'Etc/GMT+5', whose sign counts to the west"],
    ['+05:30', 'Offsets name no zone: write its place'],
  ])('%s is refused with a hint', (timezone, hint) => {
    expect(refusal(timezone).suggestion).toBe(hint)
  })

  it('is never advised where it is refused', () => {
    const tried = [
      ...abbreviations,
      'EDT',
      'MSK',
      'IDT',
      'HKT',
      'SAST',
      'WIB',
      'ET',
      '+14',
      '-12',
      'UTC+1',
      'Berln',
      'Z',
    ]
    for (const timezone of tried) {
      for (const [, advised = ''] of (refusal(timezone).suggestion ?? '').matchAll(/'([^']+)'/g)) {
        expect(() => parseSchedule('0 9 * * *', { timezone: advised }), advised).not.toThrow()
      }
    }
  })
})
