import type { ObjectStore } from '../object-store.ts'

/**
 * A process's connection to a store, for simulations of processes that stand still: a request leaves, and its answer is read,
 * only once `turn` resolves. A request sent before a pause still arrives. The store stays open.
 * @param turn - resolves while the process runs
 */
export function createGatedStore(store: ObjectStore, turn: () => Promise<void>): ObjectStore {
  const through = async <T>(request: () => Promise<T>): Promise<T> => {
    await turn()
    try {
      return await request()
    } finally {
      await turn()
    }
  }
  return {
    description: store.description,
    get: (key, options) => through(() => store.get(key, options)),
    put: (key, body, options) => through(() => store.put(key, body, options)),
    delete: (keys, options) => through(() => store.delete(keys, options)),
    async *list(prefix, options) {
      await turn()
      for await (const page of store.list(prefix, options)) {
        await turn()
        yield page
      }
    },
    close: async () => {},
  }
}
