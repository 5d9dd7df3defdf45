import type { ListOptions, ListPage, ObjectStore } from '@s3sched/store'

/** A store whose deletions are known. */
export interface WatchedDeletes {
  readonly store: ObjectStore
  /** The keys that were deleted so far. */
  readonly deleted: ReadonlySet<string>
}

/**
 * @param isPretended - deletes nothing: what would be gone is only left out of lists, so that whoever deletes goes the same way as
 *   with real deletions
 */
export function watchDeletes(store: ObjectStore, isPretended: boolean): WatchedDeletes {
  const deleted = new Set<string>()
  const remove: ObjectStore['delete'] = async (keys, options) => {
    if (!isPretended) await store.delete(keys, options)
    for (const key of typeof keys === 'string' ? [keys] : keys) deleted.add(key)
  }
  const watched: ObjectStore = {
    description: store.description,
    get: (key, options) => store.get(key, options),
    put: (key, body, options) => store.put(key, body, options),
    delete: remove,
    list: (prefix, options) => listRest(store, deleted, prefix, options),
    close: () => store.close(),
  }
  return { store: watched, deleted }
}

async function* listRest(
  store: ObjectStore,
  deleted: ReadonlySet<string>,
  prefix: string,
  options: ListOptions | undefined,
): AsyncGenerator<ListPage> {
  for await (const page of store.list(prefix, options)) {
    yield { ...page, objects: page.objects.filter(({ key }) => !deleted.has(key)) }
  }
}
