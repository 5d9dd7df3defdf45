import fc from 'fast-check'
import { expect, it } from 'vitest'
import { invertTime, isTime, LATEST_TIME, revertTime } from './inverted-time.ts'

const time = fc.integer({ min: 0, max: LATEST_TIME })

it('comes back, and sorts the later time first', () => {
  fc.assert(
    fc.property(time, time, (one, other) => {
      expect(invertTime(one)).toMatch(/^\d{13}$/)
      expect(revertTime(invertTime(one))).toBe(one)
      expect(invertTime(one) < invertTime(other)).toBe(one > other)
    }),
  )
})

it.each([-1, 1.5, LATEST_TIME + 1, Number.NaN, '1', undefined])('%j is no time of a run', (value) => {
  expect(isTime(value)).toBe(false)
})
