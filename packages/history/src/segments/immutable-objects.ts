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

/** Reads objects that never change: 1 GET, or none for an object in the cache. */
export class ImmutableObjects {
  readonly #store: ObjectStore
  readonly #cache: ByteCache

  constructor(store: ObjectStore, cacheBytes: number) {
    this.#store = store
    this.#cache = new ByteCache(cacheBytes)
  }

  async read(key: string, { signal, timeoutMs }: CallOptions): Promise<ImmutableObject> {
    const cached = this.#cache.get(key)
    if (cached !== undefined) return { outcome: 'found', body: cached, isNew: false }
    const got = await this.#store.get(key, { signal, timeoutMs })
    if (got.outcome === 'missing' || got.outcome === 'unchanged') return { outcome: 'missing' }
    if (got.outcome === 'too-large') return { outcome: 'too-large' }
    this.#cache.set(key, got.body)
    return { outcome: 'found', body: got.body, isNew: true }
  }
}
