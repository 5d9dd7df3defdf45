import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

it('reads whole numbers with units', () => {
  expect(parseDuration('15m')).toBe(900_000)
  expect(parseDuration('1h30m')).toBe(5_400_000)
  expect(parseDuration('1h 30m')).toBe(5_400_000)
  expect(parseDuration('1w2d3h4m5s6ms')).toBe(788_645_006)
  expect(parseDuration('90M')).toBe(5_400_000)
})

it('refuses everything else', () => {
  for (const text of ['', ' ', '15', 'm', '30m1h', '1.5h', '-1m', '1 hour', '1h30', 'every 5m']) {
    expect(parseDuration(text), text).toBeNaN()
  }
})

it('writes what it reads', () => {
  for (const ms of [1, 999, 1000, 60_000, 900_000, 5_400_000, 86_400_000, 788_645_006]) {
    expect(parseDuration(formatDuration(ms))).toBe(ms)
  }
  expect(formatDuration(5_400_000)).toBe('1h30m')
})
