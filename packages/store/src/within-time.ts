import { allowManyListeners, type Clock } from '@s3sched/kernel'
import type { CallOptions } from './object-store.ts'
import { StoreError } from './store-error.ts'

const DEFAULT_TIMEOUT_MS = 10_000
/**
 * Without an explicit reason, every abort creates an exception with a stack trace: one unread exception per request.
 */
const ENDED = 'the call has ended'

/**
 * Runs `work` until its end, the caller's abort or the end of the call's time, whichever comes first. Unfinished `work`
 * then goes on unobserved until the next check of its signal. The signal of failed `work` is aborted, too: whatever the
 * work has left open ends with the signal.
 *
 * @throws the caller's reason, or {@link StoreError} `TIMEOUT`
 */
export async function withinTime<T>(
  clock: Clock,
  what: string,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const call = new AbortController()
  const ended = new AbortController()
  const onAbort = (): void => call.abort(signal?.reason)
  if (signal !== undefined) {
    // Each request of a list waits for the one signal that the list was given.
    allowManyListeners(signal)
    signal.addEventListener('abort', onAbort, { once: true })
  }
  const gaveUp = new Promise<never>((_, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true })
  })
  clock.sleep(timeoutMs, ended.signal).then(
    () =>
      call.abort(
        new StoreError(`${what} took longer than ${Math.round(timeoutMs)} ms`, {
          code: 'TIMEOUT',
          retriable: true,
          suggestion: 'Check that the store can be reached from here, and that nothing holds its answers back',
        }),
      ),
    () => undefined, // the work was faster
  )
  try {
    return await Promise.race([work(call.signal), gaveUp])
  } catch (thrown) {
    // The unread body of a refused answer would hold its socket for ever.
    call.abort(thrown)
    throw thrown
  } finally {
    ended.abort(ENDED)
    signal?.removeEventListener('abort', onAbort)
  }
}
