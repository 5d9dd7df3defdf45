import type { Logger } from '@s3sched/kernel'

/**
 * s3db.js does not stop plugins added by `usePlugin` at its disconnect, but emits an event. One of our databases stops
 * its plugins itself, and stopping twice does no harm.
 */
export function stopWithDatabase(database: unknown, stop: () => Promise<void>, logger: Logger): void {
  const { on } = (database ?? {}) as { readonly on?: unknown }
  if (typeof on !== 'function') return
  const onDisconnected = (): void => {
    stop().catch((error: unknown) => logger.error('the scheduler could not be stopped with its database', { error }))
  }
  on.call(database, 'disconnected', onDisconnected)
}
