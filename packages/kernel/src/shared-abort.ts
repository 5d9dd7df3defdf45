import { setMaxListeners } from 'node:events'

/**
 * A long-lived AbortController whose signal has many listeners at the same time, and every listener is removed again.
 * Node warns of a leak at the eleventh listener of any other signal.
 */
export function createSharedAbort(): AbortController {
  const controller = new AbortController()
  allowManyListeners(controller.signal)
  return controller
}

/** The same for a signal of the caller's, which many calls at once may wait for. */
export function allowManyListeners(signal: AbortSignal): void {
  // What only looks like a signal has its own rules, and Node refuses it.
  if (signal instanceof AbortSignal) setMaxListeners(0, signal)
}
