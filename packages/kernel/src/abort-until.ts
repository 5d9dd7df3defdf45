/**
 * Calls `listener` when `signal` aborts, unless `until` has aborted before.
 *
 * The option `signal` of `addEventListener` does the same, and in Node 24 keeps whatever both signals hold for the life of
 * the process.
 */
export function onAbortUntil(signal: AbortSignal, until: AbortSignal, listener: () => void): void {
  if (until.aborted) return
  signal.addEventListener('abort', listener, { once: true })
  until.addEventListener('abort', () => signal.removeEventListener('abort', listener), { once: true })
}
