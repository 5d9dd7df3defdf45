import type { Clock } from '@s3sched/kernel'

/** Without an explicit reason, each abort creates an exception with a stack trace: several per run, and all unread. */
const CANCELLED = 'the timer was cancelled'

/**
 * Calls `act` after `ms`, unless the returned function is called before; no timer or listener is left behind either
 * way.
 */
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
 * The result of `work`, unless `signal` aborts before: then the function throws `signal.reason` and ignores the result
 * of `work`.
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

/** A symbol, and so distinct from every result of work. */
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
