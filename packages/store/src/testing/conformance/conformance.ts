import type { ObjectStore } from '../../object-store.ts'

/** The required functions of a test framework. The functions of vitest, Jest and Bun fit. */
export interface TestFunctions {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => unknown
  /** Defines a test. */
  readonly it: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown
  /** Makes an assertion. */
  readonly expect: (actual: unknown) => {
    /** Fails unless both are the same. */
    toBe(expected: unknown): void
    /** Fails unless both have the same fields. */
    toEqual(expected: unknown): void
    /** Fails unless these fields are equal. */
    toMatchObject(expected: object): void
  }
}

/** A store for a test, and its end. */
export interface OpenedStore {
  readonly store: ObjectStore
  /** Frees the resources below the store. The suite closes the store itself. */
  readonly close?: () => Promise<void>
}

/** The bounds of the conformance tests on a slow or a billed server. */
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
