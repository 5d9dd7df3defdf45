import { StoreError, type ObjectStore } from '@s3sched/store'

export interface BreakableStore {
  readonly store: ObjectStore
  /** True while nothing reaches the store. */
  isDown: boolean
}

/** A store with a switch to be down. */
export function breakable(inner: ObjectStore): BreakableStore {
  const refuse = (): void => {
    if (breaking.isDown) throw new StoreError('the network is gone', { code: 'NETWORK', retriable: true })
  }
  const store: ObjectStore = {
    ...inner,
    get: async (key, options) => (refuse(), inner.get(key, options)),
    put: async (key, body, options) => (refuse(), inner.put(key, body, options)),
    async *list(prefix, options) {
      refuse()
      yield* inner.list(prefix, options)
    },
  }
  const breaking: BreakableStore = { store, isDown: false }
  return breaking
}
