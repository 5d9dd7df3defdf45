/**
 * The scheduler's messages to observers of the process, through Node's own `diagnostics_channel`. Without a subscriber
 * a message costs the check of one field.
 *
 * - `s3sched:<event>` for each event: `s3sched:job-started`, `s3sched:coordinator-promoted`, `s3sched:error`, …
 * - `s3sched:store-request` for each call of the store
 *
 * Each message carries the `scheduler` of its origin.
 */
import { channel, type Channel } from 'node:diagnostics_channel'
import type { ListPage, ObjectStore } from '@s3sched/store'

/** A message on the channel `s3sched:store-request`. */
export interface StoreRequest {
  readonly scheduler: object
  readonly operation: 'get' | 'put' | 'delete' | 'list'
  /** `thrown` when the call rejected; a list has a message per page. */
  readonly outcome: string
}

/** The channel with a message for each request to the store. */
export const STORE_REQUEST_CHANNEL = 's3sched:store-request'

const PREFIX = 'plg:scheduler:'
const channels = new Map<string, Channel>()

/** The channel name of an event. */
function channelName(event: string): string {
  if (event.startsWith(PREFIX)) return `s3sched:${event.slice(PREFIX.length)}`
  return `s3sched:${event.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Publishes an event on its channel. */
export function publishEvent(scheduler: object, event: string, payload: object): void {
  const found = channelOf(event)
  if (found.hasSubscribers) found.publish({ ...payload, scheduler })
}

/** True if the channel of the event has a subscriber. */
export function isObserved(event: string): boolean {
  return channelOf(event).hasSubscribers
}

function channelOf(event: string): Channel {
  let found = channels.get(event)
  if (found === undefined) channels.set(event, (found = channel(channelName(event))))
  return found
}

/** The same store, with a message for every request. @param heard - called with every request */
export function observeStore(
  store: ObjectStore,
  scheduler: object,
  heard: (operation: StoreRequest['operation'], outcome: string) => void,
): ObjectStore {
  const requests = channel(STORE_REQUEST_CHANNEL)
  const tell = (operation: StoreRequest['operation'], outcome: string): void => {
    heard(operation, outcome)
    if (requests.hasSubscribers) requests.publish({ scheduler, operation, outcome } satisfies StoreRequest)
  }
  const told = async <T>(operation: StoreRequest['operation'], work: Promise<T>, outcomeOf: (result: T) => string) => {
    try {
      const result = await work
      tell(operation, outcomeOf(result))
      return result
    } catch (error) {
      tell(operation, 'thrown')
      throw error
    }
  }
  return {
    description: store.description,
    get: (key, options) => told('get', store.get(key, options), ({ outcome }) => outcome),
    put: (key, body, options) => told('put', store.put(key, body, options), ({ outcome }) => outcome),
    delete: (keys, options) => told('delete', store.delete(keys, options), () => 'deleted'),
    async *list(prefix, options): AsyncGenerator<ListPage> {
      const pages = store.list(prefix, options)[Symbol.asyncIterator]()
      try {
        for (;;) {
          const next = await told('list', pages.next(), () => 'listed')
          if (next.done === true) return
          yield next.value
        }
      } finally {
        await pages.return?.()
      }
    },
    close: () => store.close(),
  }
}
