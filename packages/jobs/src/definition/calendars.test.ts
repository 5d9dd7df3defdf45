import { expect, it } from 'vitest'
import { checkCalendars, storeExclusions } from './calendars.ts'

const italy = { timezone: 'Europe/Rome', dates: ['2027-12-25', { from: '2027-08-09', until: '2027-08-20' }] }

it('an exclusion holds the days of the calendar that it names', () => {
  expect(storeExclusions('job', ['italy', '2027-01-01', '* * 25 12 *', '@daily'], { italy })).toEqual([
    { name: 'italy', ...italy },
    '2027-01-01',
    '* * 25 12 *',
    '@daily',
  ])
  expect(storeExclusions('job', 'italy', { italy })).toHaveLength(1)
  expect(storeExclusions('job', italy, {})).toEqual([italy])
})

it('an unknown calendar is refused with the nearest name, or with the way to define it', () => {
  expect(() => storeExclusions('job', 'itly', { italy })).toThrow(/got 'itly'\. Did you mean 'italy'\?/)
  expect(() => storeExclusions('job', 'toString', {})).toThrow(
    /Name it in the scheduler's calendars: \{ 'toString': \{ dates: \['2027-12-25'\] \} \}/,
  )
})

it.each([
  [{ 'two words': italy }, /expected a name without blanks that is no date/],
  [{ '2027-01-01': italy }, /expected a name without blanks that is no date/],
  [{ italy: ['2027-01-01'] }, /calendar 'italy': expected \{ dates: .*got \[ '2027-01-01' \]/],
  [
    { italy: { ...italy, zone: 'UTC' } },
    /calendar 'italy' has an unknown field 'zone'\. Known are dates, timezone, weekend/,
  ],
  [{ italy: { ...italy, date: [] } }, /Did you mean 'dates'\?/],
  [{ italy: { dates: ['2027-13-01'] } }, /calendar 'italy': '2027-13-01': expected exclude to be a day such as/],
  [{ italy: { ...italy, timezone: 'Europe/Rom' } }, /Did you mean 'Europe\/Rome'/],
  [{ italy: { ...italy, weekend: 'sabato' } }, /calendar 'italy': 'sabato'/],
  [
    { italy: { dates: Array.from({ length: 1001 }, () => '2027-01-01') } },
    /at most 1000 dates, got 1001\. Write following days as a range/,
  ],
])('wrong calendars are refused by name: %#', (calendars, message) => {
  expect(() => checkCalendars(calendars as never)).toThrow(message)
  expect(() => checkCalendars(calendars as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})
