import type { Clock } from '@s3sched/kernel'

/** A store that is silent for so long, in ms, is not waited for: an acquire fails; a release and a close go on. */
export const ANSWER_MS = 10_000

/** The end of a wait: a signal that aborts for the first of several reasons. */
export interface Patience {
  readonly signal: AbortSignal
  /** Leaves no timer and no listener behind. */
  end(): void
}

export interface PatienceTerms {
  /** How long the wait may take, ms; `Infinity` for no bound. */
  readonly waitMs: number
  /** The reason once the time is over. */
  readonly overdue: () => Error
  /** Each of these ends the wait early, with its own reason. */
  readonly signals: readonly (AbortSignal | undefined)[]
}

/** Starts a wait that ends with the first abort of `signals`, or when the time is over. */
export function startPatience(clock: Clock, { overdue, signals, waitMs }: PatienceTerms): Patience {
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
      () => undefined, // the wait ended before its time was over
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

/** @throws the signal's reason, as soon as it aborts; the promise then settles unobserved */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
