import { expect, it } from 'vitest'
import { offsetAt, startOfDay, zoneOf } from './zone.ts'

it('takes UTC for no zone, and for what is none', () => {
  for (const given of [undefined, '', 'Europe/Nowhere', 'x'.repeat(999)])
    expect(zoneOf({ s3sched_zone: given })).toBe('UTC')
  expect(zoneOf({ s3sched_zone: 'Europe/Berlin' })).toBe('Europe/Berlin')
})

it.each([
  ['2026-03-29', 'UTC', Date.UTC(2026, 2, 29)],
  ['2026-03-29', 'Europe/Berlin', Date.UTC(2026, 2, 28, 23)],
  ['2026-03-30', 'Europe/Berlin', Date.UTC(2026, 2, 29, 22)],
  ['2026-03-29', 'Pacific/Kiritimati', Date.UTC(2026, 2, 28, 10)],
  ['2026-03-29', 'America/Los_Angeles', Date.UTC(2026, 2, 29, 7)],
])('finds the first instant of %s in %s', (date, zone, at) => {
  expect(startOfDay(date, zone)).toBe(at)
})

it('knows the offset of a zone before and after its clock changes', () => {
  expect(offsetAt(Date.UTC(2026, 2, 28), 'Europe/Berlin')).toBe(3_600_000)
  expect(offsetAt(Date.UTC(2026, 2, 30), 'Europe/Berlin')).toBe(7_200_000)
  expect(offsetAt(0, 'UTC')).toBe(0)
  expect(offsetAt(Date.UTC(2026, 0, 1), 'America/St_Johns')).toBe(-12_600_000)
})
