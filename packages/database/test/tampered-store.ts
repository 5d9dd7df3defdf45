import type { ObjectStore } from '@s3sched/store'

export interface Tampering {
  /** Runs instead of a put; the call of `put` performs the put. */
  put?: (key: string, put: () => ReturnType<ObjectStore['put']>) => ReturnType<ObjectStore['put']>
  get?: (key: string, get: () => ReturnType<ObjectStore['get']>) => ReturnType<ObjectStore['get']>
  delete?: (keys: readonly string[], remove: () => Promise<void>) => Promise<void>
}

/** A store whose answers a test can lose, replace or delay; `tampering` may change at any time. */
export function createTamperedStore(store: ObjectStore, tampering: Tampering): ObjectStore {
  return {
    ...store,
    put: async (key, body, options) => {
      const put = (): ReturnType<ObjectStore['put']> => store.put(key, body, options)
      return tampering.put === undefined ? put() : tampering.put(key, put)
    },
    get: async (key, options) => {
      const get = (): ReturnType<ObjectStore['get']> => store.get(key, options)
      return tampering.get === undefined ? get() : tampering.get(key, get)
    },
    delete: async (keys, options) => {
      const remove = (): Promise<void> => store.delete(keys, options)
      return tampering.delete === undefined ? remove() : tampering.delete([keys].flat(), remove)
    },
  }
}
