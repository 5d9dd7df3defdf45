/**
 * The outcome of `act`, or the signal's reason where the signal aborts first. The outcome of `act` counts for nobody
 * then.
 */
export function orAbort<T>(act: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    const settled = (): void => signal.removeEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    act.then(resolve, reject).finally(settled)
  })
}
