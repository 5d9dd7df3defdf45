import type { ObjectStore } from '../../object-store.ts'

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
  /**
   * True if keys with characters beyond U+FFFF, such as emoji, are listed in the order of their UTF-8 bytes. A server
   * that compares UTF-16 lists such keys earlier. s3sched writes no such keys, unless a prefix has such characters.
   * @default true
   */
  readonly keysBeyondBmp?: boolean
  /** The most objects of one page of a listing. @default 1000 */
  readonly pageSize?: number
}

/** The tools for every part of the suite. */
export interface Conformance {
  /** A test with an empty store of its own. */
  readonly test: (name: string, body: (store: ObjectStore) => Promise<void>) => void
  readonly expect: TestFunctions['expect']
  readonly options: Required<ConformanceOptions>
}
