import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leaseFields, parseLease, type LeaseRecord } from './lease-record.ts'

const instant = fc.double({ min: 0, max: 1e13, noNaN: true })
const state = fc.constantFrom('held' as const, 'free' as const)
const record: fc.Arbitrary<LeaseRecord> = fc.record({
  holder: fc.string({ minLength: 1 }),
  fence: fc.integer({ min: 1, max: 2 ** 52 }),
  seq: fc.nat(),
  ttlMs: fc.integer({ min: 1000, max: 86_400_000 }),
  state,
  since: fc.option(instant, { nil: undefined }),
  predecessor: fc.option(
    fc.record({
      holder: fc.string(),
      fence: fc.nat(),
      state,
      lastModified: fc.option(instant, { nil: undefined }),
      triedAt: fc.option(instant, { nil: undefined }),
    }),
    { nil: undefined },
  ),
  payload: fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()),
})

describe('a lease record', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(record, (written) => {
        expect(parseLease(leaseFields(written))).toEqual({ outcome: 'found', record: written })
      }),
    )
  })

  it('is found or unreadable, whatever somebody wrote there', () => {
    const names = ['holder', 'fence', 'seq', 'ttlMs', 'state', 'since', 'predecessor', 'payload']
    fc.assert(
      fc.property(record, fc.constantFrom(...names), fc.jsonValue(), (written, name, nonsense) => {
        const parsed = parseLease({ ...leaseFields(written), [name]: nonsense })
        const isTold = parsed.outcome === 'found' || parsed.problem.startsWith(`its ${name} makes no sense`)
        expect(isTold).toBe(true)
      }),
    )
  })

  it('is unreadable with a fence after which no other could come', () => {
    const fields = { holder: 'a', fence: Number.MAX_SAFE_INTEGER, seq: 0, ttlMs: 1000, state: 'free', payload: {} }
    expect(parseLease(fields)).toMatchObject({ outcome: 'unreadable', problem: expect.stringContaining('its fence') })
  })

  it('survives nonsense in what is only for people', () => {
    const fields = {
      holder: 'a',
      fence: 1,
      seq: 0,
      ttlMs: 1000,
      state: 'held',
      payload: {},
      since: 'now',
      predecessor: [],
    }
    expect(parseLease(fields)).toMatchObject({ outcome: 'found', record: { since: undefined, predecessor: undefined } })
  })
})
