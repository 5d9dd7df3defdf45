import type { Clock } from './clock.ts'

/**
 * A pause after a failure: resolves after `ms`, or when `stop` aborts. Nothing else ends a pause. A pause that an event
 * could end would let many events during an outage repeat the failed requests at the rate of the events.
 */
export function pause(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  return clock.sleep(ms, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error
  })
}
