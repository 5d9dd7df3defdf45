import { describe } from '@s3sched/kernel'
import { checkKey, checkPrefix } from './object-key.ts'
import type { ListPage, ObjectStore } from './object-store.ts'
import { StoreError } from './store-error.ts'

/**
 * The part of a store below `prefix`: the keys of calls and results are relative to `prefix`.
 *
 * Closing the scope does not close the store below, because the store has other users.
 * @param prefix - empty, or ending in a slash
 * @throws {@link StoreError} `INVALID_KEY`
 */
export function scopeStore(store: ObjectStore, prefix: string): ObjectStore {
  checkPrefix(prefix)
  if (prefix === '') return store
  if (!prefix.endsWith('/')) {
    throw new StoreError(`prefix ${describe(prefix)} must end with a slash`, {
      code: 'INVALID_KEY',
      suggestion: `Write ${describe(`${prefix}/`)}`,
    })
  }
  const inside = (key: string): string => {
    checkKey(key)
    return prefix + key
  }
  return {
    description: `${store.description}${store.description.endsWith('/') ? '' : '/'}${prefix}`,
    get: async (key, options) => store.get(inside(key), options),
    put: async (key, body, options) => store.put(inside(key), body, options),
    delete: async (keys, options) => store.delete(typeof keys === 'string' ? inside(keys) : keys.map(inside), options),
    async *list(below, options = {}): AsyncGenerator<ListPage> {
      checkPrefix(below)
      const startAfter = options.startAfter === undefined ? undefined : prefix + options.startAfter
      for await (const page of store.list(prefix + below, { ...options, startAfter })) {
        yield { ...page, objects: page.objects.map((object) => ({ ...object, key: object.key.slice(prefix.length) })) }
      }
    },
    close: async () => {},
  }
}
