import * as timers from 'node:timers'

/*
 * The real timers, kept when this module is loaded. Fake timers of a test framework replace the global timers and the
 * timers of `node:timers`; a manual clock whose turns stood still would wait for ever.
 */
const { setImmediate, setTimeout } = timers

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Calls back in the next turn of the event loop. */
export function callInNextTurn(call: () => void): void {
  setImmediate(call)
}

/** Waits `ms` real milliseconds for real work, such as a query or a file. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
