import type { ListPage, ObjectStore } from '@s3sched/store'

/**
 * A store that forwards every call to the store of `current()` at that moment, or throws the error of `current()`. A
 * holder of the gated store neither outlives a connection nor loses the next connection.
 */
export function createGatedStore(current: () => ObjectStore): ObjectStore {
  return {
    get description() {
      return current().description
    },
    get: async (key, options) => current().get(key, options),
    put: async (key, body, options) => current().put(key, body, options),
    delete: async (keys, options) => current().delete(keys, options),
    async *list(prefix, options): AsyncGenerator<ListPage> {
      yield* current().list(prefix, options)
    },
    close: async () => {},
  }
}
