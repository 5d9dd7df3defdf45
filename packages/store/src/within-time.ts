import type { Clock } from '@s3sched/kernel'
import type { CallOptions } from './object-store.ts'
import { StoreError } from './store-error.ts'

const DEFAULT_TIMEOUT_MS = 10_000
/** Without a reason of its own, each abort makes an exception with a stack trace: for every request, one that nobody reads. */
const ENDED = 'the call has ended'

/**
 * Runs `work` until it ends, the caller aborts or the time of the call is over, whichever is first. What `work` is
 * doing then goes on unobserved until it next looks at the signal that it was given.
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
  signal?.addEventListener('abort', onAbort, { once: true })
  const gaveUp = new Promise<never>((_, reject) => {
    call.signal.addEventListener('abort', () => reject(call.signal.reason), { once: true })
  })
  clock.sleep(timeoutMs, ended.signal).then(
    () =>
      call.abort(
        new StoreError(`${what} took longer than ${Math.round(timeoutMs)} ms`, { code: 'TIMEOUT', retriable: true }),
      ),
    () => undefined, // the work was faster
  )
  try {
    return await Promise.race([work(call.signal), gaveUp])
  } finally {
    ended.abort(ENDED)
    signal?.removeEventListener('abort', onAbort)
  }
}
