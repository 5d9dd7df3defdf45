import type { ObjectStore } from '../../object-store.ts'
import { describeBadCalls } from './bad-calls.ts'
import { describeConditions } from './conditions.ts'
import { describeDeletes } from './deletes.ts'
import { describeKeys } from './keys.ts'
import { describeListing } from './listing.ts'
import { describeRaces } from './races.ts'
import { describeReadsAndWrites } from './reads-and-writes.ts'

/** The required functions of a test framework. The functions of vitest, Jest and Bun fit. */
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
  /** Frees the resources below the store. The suite closes the store itself. */
  readonly close?: () => Promise<void>
}

export interface ConformanceOptions {
  /** The time limit of one test, in ms. @default 60000 */
  readonly timeoutMs?: number
  /** The number of writers that race for one object. @default 32 */
  readonly racers?: number
  /**
   * True if the keys `a` and `a/b` may exist together. S3 allows such keys; some servers that keep objects as files
   * don't.
   * @default true
   */
  readonly keysBelowKeys?: boolean
}

/** The tools for every part of the suite. */
export interface Conformance {
  /** A test with an empty store of its own. */
  readonly test: (name: string, body: (store: ObjectStore) => Promise<void>) => void
  readonly expect: TestFunctions['expect']
  readonly options: Required<ConformanceOptions>
}

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
