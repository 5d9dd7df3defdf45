import { expect, it } from 'vitest'
import { formatDistance, formatDuration, formatInstant, offsetAt } from './times.ts'

const NOON = Date.UTC(2026, 6, 1, 12)

it.each([
  [0, '0ms'],
  [999, '999ms'],
  [1000, '1.0s'],
  [9999, '9.9s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [200_000, '3m 20s'],
  [7_500_000, '2h 5m'],
  [273_600_000, '3d 4h'],
  [-1500, '-1.5s'],
  [Number.NaN, '?'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it.each([
  [NOON, 'now'],
  [NOON + 999, 'now'],
  [NOON + 45_000, 'in 45s'],
  [NOON - 3_600_000, '1h ago'],
  [NOON - 3_599_900, '1h ago'],
])('writes %d as %s', (instant, text) => {
  expect(formatDistance(instant, NOON)).toBe(text)
})

it('writes instants in a zone, with what it is ahead of UTC', () => {
  expect(formatInstant(NOON, 'UTC')).toBe('2026-07-01 12:00:00Z')
  expect(formatInstant(NOON, 'Europe/Berlin')).toBe('2026-07-01 14:00:00 +02:00')
  expect(formatInstant(NOON, 'America/St_Johns')).toBe('2026-07-01 09:30:00 -02:30')
  expect(formatInstant(Date.UTC(2026, 0, 1), 'Europe/Berlin')).toBe('2026-01-01 01:00:00 +01:00')
  expect(offsetAt(NOON, 'Asia/Kathmandu')).toBe(345)
})

it('shows an instant that is none, instead of failing on it', () => {
  expect(formatInstant(1e300, 'UTC')).toBe('? (1e+300)')
  expect(formatInstant(Number.NaN, 'Europe/Berlin')).toBe('? (NaN)')
})
