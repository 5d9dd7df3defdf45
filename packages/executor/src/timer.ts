import type { Clock } from '@s3sched/kernel'

/** Without a reason of its own, each abort makes an exception with a stack trace: for every run, some that nobody reads. */
const CANCELLED = 'the timer was cancelled'

/** Calls `act` after `ms` unless the returned function is called before; nothing is left behind either way. */
export function startTimer(clock: Clock, ms: number, act: () => void): () => void {
  const controller = new AbortController()
  void wait(clock, ms, controller.signal, act)
  return () => controller.abort(CANCELLED)
}

async function wait(clock: Clock, ms: number, signal: AbortSignal, act: () => void): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  act()
}

/**
 * What `work` resolves to, unless `signal` aborts before: then it throws `signal.reason`, and what becomes of `work` is
 * ignored.
 */
export async function orAbort<T>(work: PromiseLike<T> | T, signal: AbortSignal): Promise<T> {
  const { aborted, forget } = whenAborted(signal)
  try {
    const first = await Promise.race([work, aborted])
    if (first !== ABORTED) return first
    throw signal.reason
  } finally {
    forget()
  }
}

/** Told apart from anything that work may resolve to. */
export const ABORTED: unique symbol = Symbol('aborted')

/** Resolves when `signal` aborts. Call `forget` to take the listener away. */
export function whenAborted(signal: AbortSignal): { aborted: Promise<typeof ABORTED>; forget: () => void } {
  let onAbort: (() => void) | undefined
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    onAbort = () => resolve(ABORTED)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  const forget = (): void => {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
  return { aborted, forget }
}
