import type { ObjectStore } from '@s3sched/store'

/** The store, with a default timeout for every call. */
export function withTimeout(store: ObjectStore, timeoutMs: number): ObjectStore {
  return {
    description: store.description,
    get: (key, options) => store.get(key, { timeoutMs, ...options }),
    put: (key, body, options) => store.put(key, body, { timeoutMs, ...options }),
    delete: (keys, options) => store.delete(keys, { timeoutMs, ...options }),
    list: (prefix, options) => store.list(prefix, { timeoutMs, ...options }),
    close: () => store.close(),
  }
}
