import { setMaxListeners } from 'node:events'

/**
 * A long-lived AbortController whose signal has many listeners at the same time, and every listener is removed again.
 * Node warns of a leak at the eleventh listener of any other signal.
 */
export function createSharedAbort(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
