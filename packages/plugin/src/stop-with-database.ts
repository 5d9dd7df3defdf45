import type { Logger } from '@s3sched/kernel'

/** The part in use of a database of s3db.js. */
interface Database {
  readonly on?: unknown
  /** The plugins of the constructor. */
  pluginList?: unknown
}

/**
 * A disconnect of s3db.js does not stop plugins added by `usePlugin`. The disconnect emits an event, then stops the plugins
 * of a list and waits for their ends, and only then ends resources and client. So the event adds this stop to the list:
 * open runs end with a working database, and the disconnect ends when the lease is free. Without the wait, open runs would
 * fail, and a process that ends after the disconnect would leave its lease held.
 *
 * A database of ours stops its plugins itself, and a second stop does no harm.
 */
export function stopWithDatabase(given: unknown, stop: () => Promise<void>, logger: Logger): void {
  const database = (given ?? {}) as Database
  const { on } = database
  if (typeof on !== 'function') return
  const onDisconnected = (): void => {
    const stopped = stop().catch((error: unknown) =>
      logger.error('the scheduler could not be stopped with its database', { error }),
    )
    const { pluginList } = database
    // A new list, since the present list is the array that the application gave.
    if (Array.isArray(pluginList)) database.pluginList = [...pluginList, { stop: () => stopped }]
  }
  on.call(database, 'disconnected', onDisconnected)
}
