import type { ObjectStore } from '../../object-store.ts'
import { describeBadCalls } from './bad-calls.ts'
import { describeConditions } from './conditions.ts'
import { describeDeletes } from './deletes.ts'
import { describeKeys } from './keys.ts'
import { describeListing } from './listing.ts'
import { describeRaces } from './races.ts'
import { describeReadsAndWrites } from './reads-and-writes.ts'

/** What the suite needs of a test framework. Those of vitest, Jest and Bun fit. */
export interface TestFunctions {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown
  readonly expect: (actual: unknown) => {
    toBe(expected: unknown): void
    toEqual(expected: unknown): void
    toMatchObject(expected: object): void
  }
}

export interface OpenedStore {
  readonly store: ObjectStore
  /** Frees what is below the store. The suite closes the store itself. */
  readonly close?: () => Promise<void>
}

export interface ConformanceOptions {
  /** The longest a test may take, in ms. @default 60000 */
  readonly timeoutMs?: number
  /** How many writers race for one object. @default 32 */
  readonly racers?: number
  /**
   * Whether the keys `a` and `a/b` may exist together. S3 allows it; some servers that keep objects as files don't.
   * @default true
   */
  readonly keysBelowKeys?: boolean
}

/** What each part of the suite is given. */
export interface Conformance {
  /** A test with a store of its own, in which there is nothing. */
  readonly test: (name: string, body: (store: ObjectStore) => Promise<void>) => void
  readonly expect: TestFunctions['expect']
  readonly options: Required<ConformanceOptions>
}

/**
 * What everything above relies on when it is given a store. A driver that passes can be trusted with leases.
 *
 * @param open - gives a store that holds nothing, another one each time
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
  const { timeoutMs = 60_000, racers = 32, keysBelowKeys = true } = options
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
  const conformance: Conformance = { test, expect, options: { timeoutMs, racers, keysBelowKeys } }
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
