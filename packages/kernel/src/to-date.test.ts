import { expect, it } from 'vitest'
import { isDate, toDate } from './to-date.ts'

it('converts an instant and back', () => {
  expect(toDate(Date.UTC(2030, 5, 1)).toISOString()).toBe('2030-06-01T00:00:00.000Z')
})

it('recognises a Date, an invalid one too, and nothing that looks like one', () => {
  expect(isDate(new Date(Number.NaN))).toBe(true)
  expect([0, '2030-06-01', null, { getTime: () => 0 }].map(isDate)).toEqual([false, false, false, false])
})
