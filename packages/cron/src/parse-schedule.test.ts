import { describe, expect, it } from 'vitest'
import { parseSchedule, type Schedule } from './index.ts'

const start = Date.UTC(2026, 0, 1)

function parse(expression: string): Schedule {
  return parseSchedule(expression, { hashSeed: 'job' })
}

/** The first ticks of an expression in 2026, without the parts that are zero. */
function ticks(expression: string, count = 5): string[] {
  return parse(expression)
    .upcoming(start - 1, count)
    .map((tick) => new Date(tick).toISOString().replace(/(?::00)?\.000Z$/, ''))
}

describe('parseSchedule', () => {
  const equal: readonly (readonly [written: string, same: string])[] = [
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
    [' @Daily ', '0 0 * * *'],
    ['@HOURLY', '0 * * * *'],
    ['5 4 * * *', '0 5 4 * * *'],
    ['\t5  4 * *\n*', '5 4 * * *'],
    ['05 04 * * *', '5 4 * * *'],
    ['0 0 * JAN,feb,Mar *', '0 0 * 1-3 *'],
    ['0 0 * oct-DEC *', '0 0 * 10-12 *'],
    ['0 0 * * SUN', '0 0 * * 0'],
    ['0 0 * * 7', '0 0 * * 0'],
    ['0 0 * * 0,7', '0 0 * * 0'],
    ['0 0 * * 5-7', '0 0 * * 0,5,6'],
    ['0 0 * * fri-sun', '0 0 * * 5-7'],
    ['0 0 * * sun-tue', '0 0 * * 0-2'],
    ['0 0 * * sun-sun', '0 0 * * 0'],
    ['0 0 * * 0-7', '0 0 * * *'],
    ['0 0 * * 1/2', '0 0 * * 1,3,5'],
    ['0 0 * * mon-fri/2', '0 0 * * 1,3,5'],
    ['0,0 0 * * *', '0 0 * * *'],
    ['0 0 * * 1-5,3', '0 0 * * 1-5'],
    ['5/15 * * * *', '5,20,35,50 * * * *'],
    ['10-30/10 * * * *', '10,20,30 * * * *'],
    ['*/60 * * * *', '0 * * * *'],
    ['*,5 * * * *', '* * * * *'],
    ['0 0 ? * 1', '0 0 * * 1'],
    ['0 0 1 * ?', '0 0 1 * *'],
    ['0 0 l * *', '0 0 L * *'],
    ['0 0 L-0 * *', '0 0 L * *'],
    ['0 0 lw * *', '0 0 LW * *'],
    ['0 0 * * 5l', '0 0 * * 5L'],
    ['0 0 * * friL', '0 0 * * 5L'],
    ['0 9 * * monday', '0 9 * * 1'],
    ['0 9 * * Monday-FRIDAY', '0 9 * * 1-5'],
    ['0 9 * * tues,thur,thurs,wednesday', '0 9 * * 2,3,4'],
    ['0 9 * * friday-sunday', '0 9 * * 5-7'],
    ['0 9 * * wednesdayL', '0 9 * * 3L'],
    ['0 9 * * saturday#2', '0 9 * * 6#2'],
    ['0 9 1 january,Sept *', '0 9 1 1,9 *'],
    ['0 9 1 february-december/2 *', '0 9 1 2-12/2 *'],
    ['0 0 * * 7L', '0 0 * * 0L'],
    ['0 0 * * FRI#2', '0 0 * * 5#2'],
    ['0 0 * * 7#2', '0 0 * * 0#2'],
    ['h h * * *', 'H H * * *'],
  ]
  for (const [written, same] of equal) {
    it(`reads ${JSON.stringify(written)} as '${same}'`, () => {
      expect(ticks(written, 60)).toEqual(ticks(same, 60))
    })
  }

  const days: readonly (readonly [expression: string, ...dates: string[]])[] = [
    ['0 0 L * *', '2026-01-31', '2026-02-28', '2026-03-31'],
    ['0 0 L-2 * *', '2026-01-29', '2026-02-26', '2026-03-29'],
    ['0 0 L-30 * *', '2026-01-01', '2026-03-01', '2026-05-01'],
    ['0 0 1,L * *', '2026-01-01', '2026-01-31', '2026-02-01'],
    ['0 0 15W * *', '2026-01-15', '2026-02-16', '2026-03-16'],
    ['0 0 1W * *', '2026-01-01', '2026-02-02', '2026-03-02'],
    ['0 0 1W 8 *', '2026-08-03', '2027-08-02', '2028-08-01'],
    ['0 0 31W * *', '2026-01-30', '2026-03-31', '2026-05-29'],
    ['0 0 1W,15W * *', '2026-01-01', '2026-01-15', '2026-02-02'],
    ['0 0 LW * *', '2026-01-30', '2026-02-27', '2026-03-31'],
    ['0 0 * * 5L', '2026-01-30', '2026-02-27', '2026-03-27'],
    ['0 0 * * 1#1,1#3', '2026-01-05', '2026-01-19', '2026-02-02'],
    ['0 0 * * 5#5', '2026-01-30', '2026-05-29', '2026-07-31'],
    ['0 0 1,15 * 1', '2026-01-01', '2026-01-05', '2026-01-12', '2026-01-15'],
    ['0 0 */2 * 1', '2026-01-05', '2026-01-19', '2026-02-09'],
    ['0 0 1 * */2', '2026-01-01', '2026-02-01', '2026-03-01', '2026-08-01'],
    ['0 0 29 2 *', '2028-02-29', '2032-02-29', '2036-02-29'],
    ['0 0 29 2 */7', '2032-02-29', '2060-02-29', '2088-02-29', '2128-02-29'],
    ['0 0 * 2 mon#5', '2044-02-29', '2072-02-29', '2112-02-29'],
    ['0 0 31 * *', '2026-01-31', '2026-03-31', '2026-05-31'],
  ]
  for (const [expression, ...dates] of days) {
    it(`finds the days of '${expression}'`, () => {
      expect(ticks(expression, dates.length)).toEqual(dates.map((date) => `${date}T00:00`))
    })
  }

  it('skips 29 February 2100', () => {
    const schedule = parseSchedule('0 0 29 2 *')
    expect(schedule.next(Date.UTC(2096, 2, 1))).toBe(Date.UTC(2104, 1, 29))
    expect(schedule.previous(Date.UTC(2104, 1, 29))).toBe(Date.UTC(2096, 1, 29))
  })

  it('ticks at seconds when there are six fields', () => {
    expect(ticks('*/20 1 * * * *', 4)).toEqual([
      '2026-01-01T00:01',
      '2026-01-01T00:01:20',
      '2026-01-01T00:01:40',
      '2026-01-01T01:01',
    ])
  })

  it('says what it is', () => {
    const schedule = parseSchedule(' 0 9 * * MON ', { timezone: 'Europe/Berlin' })
    expect(schedule).toMatchObject({ kind: 'cron', expression: ' 0 9 * * MON ', timezone: 'Europe/Berlin' })
    expect(parseSchedule('0 9 * * MON').timezone).toBe('UTC')
  })

  it('shares equal schedules, and only those', () => {
    const berlin = parseSchedule('0 9 * * *', { timezone: 'Europe/Berlin', hashSeed: 'a' })
    expect(parseSchedule('0 9 * * *', { timezone: 'Europe/Berlin', hashSeed: 'b' })).toBe(berlin)
    expect(parseSchedule('0 9 * * *')).not.toBe(berlin)
    expect(parseSchedule('H 9 * * *', { hashSeed: 'a' })).not.toBe(parseSchedule('H 9 * * *', { hashSeed: 'b' }))
    expect(Object.isFrozen(berlin)).toBe(true)
  })

  it('answers null at once for days that never come', () => {
    for (const expression of ['0 0 30 2 *', '0 0 31 2,4,6,9,11 *', '0 0 L-30 2 *', '0 0 31W 4 *', '0 0 30 2 */2']) {
      const schedule = parseSchedule(expression, { timezone: 'America/New_York' })
      expect(schedule.next(start), expression).toBeNull()
      expect(schedule.previous(start), expression).toBeNull()
      expect(schedule.upcoming(start, 3), expression).toEqual([])
      expect(schedule.matches(start), expression).toBe(false)
    }
  })
})
