import { StoreError, type ObjectStore, type StoreErrorCode } from '@s3sched/store'

/** The kind of refused requests, and the server's error code. */
export interface Refusal {
  readonly code: StoreErrorCode
  readonly requests: 'all' | 'writes' | 'deletions'
}

/** A bucket whose owner takes rights and space away, and gives both back. A refused request changes nothing. */
export class Bucket {
  readonly store: ObjectStore
  #refusal: Refusal | undefined

  constructor(inner: ObjectStore) {
    const check = (...kinds: readonly Refusal['requests'][]): void => {
      if (this.#refusal === undefined || !kinds.includes(this.#refusal.requests)) return
      throw new StoreError(`the bucket refuses (on purpose)`, { code: this.#refusal.code })
    }
    this.store = {
      ...inner,
      get: async (key, options) => {
        check('all')
        return inner.get(key, options)
      },
      put: async (key, body, options) => {
        check('all', 'writes')
        return inner.put(key, body, options)
      },
      delete: async (keys, options) => {
        check('all', 'writes', 'deletions')
        return inner.delete(keys, options)
      },
      async *list(prefix, options) {
        check('all')
        yield* inner.list(prefix, options)
      },
    }
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  mend(): void {
    this.#refusal = undefined
  }
}
