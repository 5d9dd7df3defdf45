import type { ListPage, ObjectStore } from '@s3sched/store'

/**
 * The store that `current` gives at the moment of each call, or the error that it throws then: whoever holds this one
 * neither outlives a connection nor loses the next.
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
