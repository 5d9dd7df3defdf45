import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, START } from '../test/records.ts'
import { mayGo, resolveRetention, type Candidate } from './retention.ts'
import { RUN_STATUSES } from './run-status.ts'

const aged = (days: number, fields: Partial<Candidate> = {}): Candidate => ({
  status: 'success',
  scheduledTime: START - days * DAY,
  lastModified: START - days * DAY,
  ...fields,
})

describe('by age', () => {
  const retention = { maxAgeMs: 30 * DAY, failedMaxAgeMs: 90 * DAY }

  it('a success goes after its time, a failure after three times that', () => {
    expect(mayGo(aged(29), retention, START)).toBe(false)
    expect(mayGo(aged(31), retention, START)).toBe(true)
    for (const status of ['failed', 'timeout', 'cancelled', 'lost'] as const) {
      expect(mayGo(aged(89, { status }), retention, START)).toBe(false)
      expect(mayGo(aged(91, { status }), retention, START)).toBe(true)
    }
  })

  it.each(['success', 'skipped', 'missed'] as const)('what is no failure goes with the successes: %s', (status) => {
    expect(mayGo(aged(29, { status }), retention, START)).toBe(false)
    expect(mayGo(aged(31, { status }), retention, START)).toBe(true)
  })

  it('nothing goes that was written a short while ago, however old its tick', () => {
    expect(mayGo(aged(400, { lastModified: START - DAY }), retention, START)).toBe(false)
  })

  it('nothing goes whose tick was a short while ago, however long ago it was written', () => {
    expect(mayGo(aged(400, { scheduledTime: START - DAY }), retention, START)).toBe(false)
    expect(mayGo(aged(400, { scheduledTime: START + DAY }), retention, START)).toBe(false)
  })

  it('an age of exactly the limit is no reason to go', () => {
    expect(mayGo(aged(31, { scheduledTime: START - 30 * DAY }), retention, START)).toBe(false)
    expect(mayGo(aged(31, { lastModified: START - 30 * DAY }), retention, START)).toBe(false)
    const older = START - 30 * DAY - 1
    expect(mayGo(aged(0, { scheduledTime: older, lastModified: older }), retention, START)).toBe(true)
  })

  it('nothing goes with Infinity', () => {
    expect(mayGo(aged(10_000), resolveRetention({ maxAgeMs: Infinity }), START)).toBe(false)
  })
})

it('never deletes what is younger than every limit', () => {
  const candidate = fc.record({
    status: fc.constantFrom(...RUN_STATUSES),
    scheduledTime: fc.integer({ min: START - 400 * DAY, max: START + 400 * DAY }),
    lastModified: fc.integer({ min: START - DAY, max: START + 400 * DAY }),
  })
  const policy = fc.record({
    maxAgeMs: fc.integer({ min: DAY, max: 100 * DAY }),
  })
  fc.assert(
    fc.property(candidate, policy, (record, given) => {
      expect(mayGo(record, resolveRetention(given), START)).toBe(false)
    }),
  )
})

it('keeps 30 days of what is no failure, and three times as long what is one', () => {
  expect(resolveRetention()).toEqual({ maxAgeMs: 30 * DAY, failedMaxAgeMs: 90 * DAY })
  expect(resolveRetention({ maxAgeMs: 1000 })).toEqual({ maxAgeMs: 1000, failedMaxAgeMs: 3000 })
  expect(resolveRetention({ maxAgeMs: DAY, failedMaxAgeMs: 2 * DAY })).toEqual({
    maxAgeMs: DAY,
    failedMaxAgeMs: 2 * DAY,
  })
})

it.each<[object, RegExp]>([
  [{ maxAgeMs: 999 }, /^retention: expected maxAgeMs/],
  [{ maxAgeMs: '5000' }, /expected maxAgeMs to be a number of ms >= 1000, got "5000"/],
  [{ failedMaxAgeMs: 10 }, /expected failedMaxAgeMs to be a number of ms >= 1000, got 10/],
  [{ maxAgeMs: 10 }, /expected maxAgeMs to be a number of ms >= 1000, got 10/],
  [{ maxAgeMs: Number.NaN }, /expected maxAgeMs/],
  [{ maxRuns: 9 }, /unknown option 'maxRuns'/],
  [{ maxAge: DAY }, /unknown option 'maxAge'. Did you mean 'maxAgeMs'\?/],
])('refuses %j by name', (policy, message) => {
  expect(() => resolveRetention(policy)).toThrow(message)
})
