import { expect, it } from 'vitest'
import { parseDuration, parseInstant } from './instant.ts'

const NOW = Date.UTC(2026, 2, 10, 12)

it.each([
  ['30m', NOW - 1_800_000],
  ['1h30m', NOW - 5_400_000],
  ['2d', NOW - 172_800_000],
  ['1w', NOW - 604_800_000],
  ['2026-03-01', Date.UTC(2026, 2, 1)],
  ['2026-03-01T08:00', Date.UTC(2026, 2, 1, 8)],
  ['2026-03-01 08:00:30', Date.UTC(2026, 2, 1, 8, 0, 30)],
  ['2026-03-01T08:00Z', Date.UTC(2026, 2, 1, 8)],
  ['2026-03-01T08:00+02:00', Date.UTC(2026, 2, 1, 6)],
  ['2026-03-01T08:00:00.500Z', Date.UTC(2026, 2, 1, 8, 0, 0, 500)],
  ['1772323200000', 1_772_323_200_000],
])('reads %s', (text, instant) => {
  expect(parseInstant('--since', text, NOW)).toBe(instant)
})

it.each(['', 'yesterday', '2d ', '-2d', '2026-13-01', '2026-03-01T25:00', '1e12', '12'])('refuses %j', (text) => {
  expect(() => parseInstant('--since', text, NOW)).toThrow('expected --since to be how long ago')
})

it('leaves what was not given', () => {
  expect(parseInstant('--since', undefined, NOW)).toBeUndefined()
})

it('reads durations', () => {
  expect(parseDuration('--older-than', '1d12h')).toBe(129_600_000)
  expect(() => parseDuration('--older-than', '1 day')).toThrow('expected --older-than to be a duration')
})
