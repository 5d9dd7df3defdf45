import type { ListPage, ListOptions, ObjectStore } from '@s3sched/store'

/** The requests of one call of a command. */
export interface RequestMeter {
  /** Made so far, or begun. */
  made: number
  /** The expected number, about; `undefined` while no number is known. */
  expected: number | undefined
}

/** The same store, whose requests are counted. */
export function meterStore(store: ObjectStore, meter: RequestMeter): ObjectStore {
  return {
    description: store.description,
    get: (key, options) => {
      meter.made += 1
      return store.get(key, options)
    },
    put: (key, body, options) => {
      meter.made += 1
      return store.put(key, body, options)
    },
    delete: (keys, options) => {
      meter.made += 1
      return store.delete(keys, options)
    },
    list: (prefix, options) => listMetered(store, meter, prefix, options),
    close: () => store.close(),
  }
}

async function* listMetered(
  store: ObjectStore,
  meter: RequestMeter,
  prefix: string,
  options: ListOptions | undefined,
): AsyncGenerator<ListPage> {
  for await (const page of store.list(prefix, options)) {
    meter.made += 1
    yield page
  }
}
