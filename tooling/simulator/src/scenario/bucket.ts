import { StoreError, type ObjectStore, type StoreErrorCode } from '@s3sched/store'

/** Which requests are refused, and what the server says. */
export interface Refusal {
  readonly code: StoreErrorCode
  /** Also GET and LIST, and not writes alone. */
  readonly reads: boolean
}

/** A bucket whose owner takes rights and space away, and gives them back. What is refused never changes anything. */
export class Bucket {
  readonly store: ObjectStore
  #refusal: Refusal | undefined

  constructor(inner: ObjectStore) {
    const check = (isRead: boolean): void => {
      if (this.#refusal === undefined || (isRead && !this.#refusal.reads)) return
      throw new StoreError(`the bucket refuses (on purpose)`, { code: this.#refusal.code })
    }
    this.store = {
      ...inner,
      get: async (key, options) => {
        check(true)
        return inner.get(key, options)
      },
      put: async (key, body, options) => {
        check(false)
        return inner.put(key, body, options)
      },
      delete: async (keys, options) => {
        check(false)
        return inner.delete(keys, options)
      },
      async *list(prefix, options) {
        check(true)
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
