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
  const retention = resolveRetention({ maxAgeMs: 30 * DAY })

  it('a success goes after its time, a failure after three times that', () => {
    expect(mayGo(aged(29), retention, START)).toBe(false)
    expect(mayGo(aged(31), retention, START)).toBe(true)
    for (const status of ['failed', 'timeout', 'cancelled', 'lost'] as const) {
      expect(mayGo(aged(89, { status }), retention, START)).toBe(false)
      expect(mayGo(aged(91, { status }), retention, START)).toBe(true)
    }
  })

  it('nothing goes that was written a short while ago, however old its tick', () => {
    expect(mayGo(aged(400, { lastModified: START - DAY }), retention, START)).toBe(false)
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

it.each<[object, RegExp]>([
  [{ maxAgeMs: 10 }, /expected maxAgeMs to be a number of ms >= 1000, got 10/],
  [{ maxAgeMs: Number.NaN }, /expected maxAgeMs/],
  [{ maxRuns: 9 }, /unknown option 'maxRuns'/],
  [{ maxAge: DAY }, /unknown option 'maxAge'. Did you mean 'maxAgeMs'\?/],
])('refuses %j by name', (policy, message) => {
  expect(() => resolveRetention(policy)).toThrow(message)
})
