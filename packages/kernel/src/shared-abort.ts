import { setMaxListeners } from 'node:events'

/**
 * An AbortController that lives long and whose signal many wait for at the same time, each of which takes its listener off
 * again. Of eleven listeners on any other signal Node warns, as of a leak.
 */
export function createSharedAbort(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}
