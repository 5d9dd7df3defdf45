import { mapParallel } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'

/** The price of some calls. */
export interface Costs {
  readonly get: number
  readonly put: number
  readonly list: number
  /** Requests, for up to 1,000 objects each. */
  readonly delete: number
  /** Deleted objects. */
  readonly deleted: number
  /** Bytes of the read bodies. */
  readonly bytes: number
  readonly ms: number
}

export interface CostCounter {
  readonly store: ObjectStore
  readonly measure: (call: () => Promise<unknown>) => Promise<Costs>
  /** Repeats the LISTs and GETs of the last measurement without the history. @returns the time in ms */
  readonly repeatReads: () => Promise<number>
}

/** A history reads as many segments at once. */
const READS_AT_ONCE = 16

export function countCosts(inner: ObjectStore): CostCounter {
  const { requests, reset, store: counting } = createCountingStore(inner)
  let bytes = 0
  let deleted = 0
  let lists: (() => AsyncIterable<unknown>)[] = []
  let read: string[] = []
  const store: ObjectStore = {
    ...counting,
    list(prefix, options) {
      lists.push(() => inner.list(prefix, options))
      return counting.list(prefix, options)
    },
    async get(key, options) {
      read.push(key)
      const got = await counting.get(key, options)
      if (got.outcome === 'found') bytes += got.body.byteLength
      return got
    },
    async delete(keys, options) {
      deleted += typeof keys === 'string' ? 1 : keys.length
      await counting.delete(keys, options)
    },
  }
  return {
    store,
    async measure(call) {
      reset()
      bytes = 0
      deleted = 0
      lists = []
      read = []
      const from = performance.now()
      await call()
      const { get, list, put } = requests
      return { get, put, list, delete: requests.delete, deleted, bytes, ms: performance.now() - from }
    },
    async repeatReads() {
      const from = performance.now()
      for (const list of lists) for await (const _ of list()) continue
      await mapParallel(read, READS_AT_ONCE, (key) => inner.get(key))
      return performance.now() - from
    },
  }
}
