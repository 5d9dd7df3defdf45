import { expect, it } from 'vitest'
import { formatDuration } from './duration.ts'

it.each([
  [0, '0 ms'],
  [850.4, '850 ms'],
  [999.7, '1.0 s'],
  [1234, '1.2 s'],
  [9999, '10 s'],
  [59_999, '1 min'],
  [200_000, '3 min 20 s'],
  [7_200_000, '2 h'],
  [90_061_000, '1 d 1 h'],
  [-1500, '-1.5 s'],
  [Number.NaN, '?'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
