import { describeBadCalls } from './bad-calls.ts'
import { describeConditions } from './conditions.ts'
import type { Conformance, ConformanceOptions, OpenedStore, TestFunctions } from './conformance.ts'
import { describeDeletes } from './deletes.ts'
import { describeKeys } from './keys.ts'
import { describeListing } from './listing.ts'
import { describeRaces } from './races.ts'
import { describeReadsAndWrites } from './reads-and-writes.ts'

/**
 * The requirements of s3sched for a store. A driver that passes can be trusted with leases.
 *
 * @param open - gives an empty store, a new store per call
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * import { describeStoreConformance } from '@s3sched/store/testing'
 * import { openMyStore } from './my-store.ts'
 *
 * describeStoreConformance('my store', { describe, it, expect }, async () => ({ store: await openMyStore() }))
 */
export function describeStoreConformance(
  name: string,
  { describe, it, expect }: TestFunctions,
  open: () => Promise<OpenedStore>,
  options: ConformanceOptions = {},
): void {
  const { timeoutMs = 60_000, racers = 32, keysBelowKeys = true, keysBeyondBmp = true, pageSize = 1000 } = options
  const test: Conformance['test'] = (title, body) => {
    it(
      title,
      async () => {
        const { store, close } = await open()
        try {
          await body(store)
        } finally {
          await store.close()
          await close?.()
        }
      },
      timeoutMs,
    )
  }
  const conformance: Conformance = {
    test,
    expect,
    options: { timeoutMs, racers, keysBelowKeys, keysBeyondBmp, pageSize },
  }
  describe(`${name} is an ObjectStore`, () => {
    describe('reads and writes', () => describeReadsAndWrites(conformance))
    describe('conditions', () => describeConditions(conformance))
    describe('races', () => describeRaces(conformance))
    describe('keys', () => describeKeys(conformance))
    describe('lists', () => describeListing(conformance))
    describe('deletes', () => describeDeletes(conformance))
    describe('bad calls', () => describeBadCalls(conformance))
  })
}
