import { expect, it } from 'vitest'
import { clockChanges } from './clock-changes.ts'

it('names the instants at which a clock is put forward and back, with the offsets', () => {
  const changes = clockChanges('Europe/Berlin', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))
  expect(changes).toEqual([
    { at: Date.UTC(2026, 2, 29, 1), beforeMs: 3_600_000, afterMs: 7_200_000 },
    { at: Date.UTC(2026, 9, 25, 1), beforeMs: 7_200_000, afterMs: 3_600_000 },
  ])
})

it('includes the end of the stretch and not its beginning', () => {
  const at = Date.UTC(2026, 2, 29, 1)
  expect(clockChanges('Europe/Berlin', at - 1000, at)).toHaveLength(1)
  expect(clockChanges('Europe/Berlin', at, at + 1000)).toHaveLength(0)
})

it('finds none where the clock is left alone', () => {
  expect(clockChanges('UTC', 0, Date.UTC(2100, 0, 1))).toEqual([])
  expect(clockChanges('Asia/Kolkata', Date.UTC(2000, 0, 1), Date.UTC(2030, 0, 1))).toEqual([])
})

it('refuses a zone that nobody knows', () => {
  expect(() => clockChanges('Europe/Berlim', 0, 1)).toThrow(/Berlin/)
})

it('refuses what is no zone, and what is no instant', () => {
  expect(() => clockChanges(undefined as never, 0, 1)).toThrow("timezone 'undefined' is no IANA time zone")
  expect(() => clockChanges('Europe/Rom', 0, 1)).toThrow("Did you mean 'Europe/Rome'")
  expect(() => clockChanges('UTC', Number.NaN, 1)).toThrow('expected after to be epoch milliseconds or a Date, got NaN')
  expect(() => clockChanges('UTC', 0, '1' as never)).toThrow(
    'expected until to be epoch milliseconds or a Date, got "1"',
  )
})
