import type { ListPage, ObjectStore } from '../object-store.ts'

/** The number of keys in one delete request of S3. */
const DELETED_PER_REQUEST = 1000

/** Requests as S3 would bill them. A call that throws counts too, except for a page that never came. */
export interface RequestCounts {
  /** Every GET, including answers `unchanged` and `missing`. */
  readonly get: number
  /** The part of `get` with answer `unchanged`: S3's 304. */
  readonly notModified: number
  readonly put: number
  /** One per 1,000 keys of a call. */
  readonly delete: number
  /** One per page. */
  readonly list: number
}

/** A store that counts its requests. */
export interface CountingStore {
  readonly store: ObjectStore
  /** The counts so far, as a live view; a spread copy keeps a moment. */
  readonly requests: RequestCounts
  /** Begins again at zero. */
  readonly reset: () => void
}

const NONE: RequestCounts = { get: 0, notModified: 0, put: 0, delete: 0, list: 0 }

/**
 * Counts the requests to `inner`, for tests with a budget of requests.
 *
 * @example
 * const { store, requests, reset } = createCountingStore(createMemoryStore())
 * await acquire(store)
 * expect(requests).toEqual({ get: 0, notModified: 0, put: 1, delete: 0, list: 0 })
 */
export function createCountingStore(inner: ObjectStore): CountingStore {
  const requests = { ...NONE }
  const store: ObjectStore = {
    description: inner.description,
    async get(key, options) {
      requests.get++
      const got = await inner.get(key, options)
      if (got.outcome === 'unchanged') requests.notModified++
      return got
    },
    async put(key, body, options) {
      requests.put++
      return inner.put(key, body, options)
    },
    async delete(keys, options) {
      requests.delete += typeof keys === 'string' ? 1 : Math.ceil(keys.length / DELETED_PER_REQUEST)
      return inner.delete(keys, options)
    },
    async *list(prefix, options): AsyncGenerator<ListPage> {
      for await (const page of inner.list(prefix, options)) {
        requests.list++
        yield page
      }
    },
    close: () => inner.close(),
  }
  return { store, requests, reset: () => void Object.assign(requests, NONE) }
}
