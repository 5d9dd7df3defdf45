import type { Clock } from '@s3sched/kernel'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { ByteCache } from './byte-cache.ts'

export type ImmutableObject =
  | {
      readonly outcome: 'found'
      readonly body: Uint8Array
      /** Read from the store by this call. */ readonly isNew: boolean
    }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'too-large' }

// Unpacking a segment takes about 0.5 ms. The cache and a store in memory answer at once, and a long scan would block the
// event loop.
const READS_PER_TURN = 8

/** Reads objects that never change: 1 GET, or none for an object in the cache. */
export class ImmutableObjects {
  readonly #store: ObjectStore
  readonly #clock: Clock
  readonly #cache: ByteCache
  #reads = 0

  constructor(store: ObjectStore, clock: Clock, cacheBytes: number) {
    this.#store = store
    this.#clock = clock
    this.#cache = new ByteCache(cacheBytes)
  }

  async read(key: string, { signal, timeoutMs }: CallOptions): Promise<ImmutableObject> {
    this.#reads += 1
    if (this.#reads % READS_PER_TURN === 0) await this.#clock.sleep(0, signal)
    const cached = this.#cache.get(key)
    if (cached !== undefined) return { outcome: 'found', body: cached, isNew: false }
    const got = await this.#store.get(key, { signal, timeoutMs })
    if (got.outcome === 'missing' || got.outcome === 'unchanged') return { outcome: 'missing' }
    if (got.outcome === 'too-large') return { outcome: 'too-large' }
    this.#cache.set(key, got.body)
    return { outcome: 'found', body: got.body, isNew: true }
  }
}
