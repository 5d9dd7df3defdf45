import type { Clock } from '@s3sched/kernel'

/**
 * Time after which a silent store is no longer waited for, ms: an acquire fails, and a release or a close continues.
 */
export const ANSWER_MS = 10_000

/** The end of a wait: a signal that aborts for the first of several reasons. */
export interface Patience {
  readonly signal: AbortSignal
  /** Removes the timer and the listeners. */
  end(): void
}

export interface PatienceOptions {
  /** Longest wait, ms; `Infinity` for no limit. */
  readonly waitMs: number
  /** Creates the reason for the abort when the time is over. */
  readonly overdue: () => Error
  /** Signals that end the wait early, with their own reason. */
  readonly signals: readonly (AbortSignal | undefined)[]
}

/** Starts a wait until the first abort of `signals`, or until the time is over. */
export function startPatience(clock: Clock, { overdue, signals, waitMs }: PatienceOptions): Patience {
  const over = new AbortController()
  const ended = new AbortController()
  const given = signals.filter((signal) => signal !== undefined)
  const follow = (event: Event): void => over.abort((event.target as AbortSignal).reason)
  for (const signal of given) {
    if (signal.aborted) over.abort(signal.reason)
    else signal.addEventListener('abort', follow, { once: true })
  }
  if (waitMs !== Infinity) {
    clock.sleep(waitMs, ended.signal).then(
      () => over.abort(overdue()),
      () => undefined, // the wait ended early
    )
  }
  return {
    signal: over.signal,
    end: () => {
      ended.abort('the wait has ended')
      for (const signal of given) signal.removeEventListener('abort', follow)
    },
  }
}

/** @throws the signal's reason, as soon as the signal aborts; the promise then settles unobserved */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
