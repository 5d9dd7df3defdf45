/**
 * One call of an action, from the call until the executor knows the result.
 *
 * The signal has the last word: an action that settles after its signal aborted did not succeed, whatever the action
 * returned, because the sender of the signal already acts on the abort. An action that does not settle within the grace
 * is *abandoned*: its run goes on without the action, and everything from the abandoned action is dropped.
 *
 * A timer can't fire while an action blocks the event loop. So an action that blocks for longer than its timeout and
 * then returns did succeed: its work is done, and a repetition would be worse than the wait. An action that returns no
 * promise needs no timer at all.
 */
import { isGeneratorObject } from 'node:util/types'
import { isThenable, LazyAbort, S3SchedError, serializeError, type Timers } from '@s3sched/kernel'
import { CancelledError } from './cancelled-error.ts'
import type { AttemptRecord } from './run-outcome.ts'
import type { Stopwatch } from './stopwatch.ts'
import { ABORTED, untilAborted } from './until-aborted.ts'

export type AttemptEnd =
  | { readonly outcome: 'success'; readonly value: unknown }
  | { readonly outcome: 'failed'; readonly thrown: unknown }
  | {
      readonly outcome: 'aborted'
      readonly reason: CancelledError
      /** Set when the action still runs: resolves at the end of the action. */
      readonly abandoned?: Promise<unknown>
    }

export interface AttemptOptions {
  readonly timers: Timers
  /** Aborted by the executor's run, and here by the timeout. */
  readonly ending: LazyAbort
  readonly timeoutMs: number | undefined
  /** The part of `timeoutMs` that the call of the action has used up. */
  readonly usedMs: number
  readonly graceMs: number
  readonly onTimeout: () => void
}

/**
 * Calls an action.
 * @param call - may throw
 * @returns the end of an action that returned no promise
 */
export function callAction(call: () => unknown): AttemptEnd | GoingOn {
  try {
    const value = call()
    return isThenable(value) ? new GoingOn(value) : endWith(value)
  } catch (thrown) {
    return { outcome: 'failed', thrown }
  }
}

/** An action that returned a promise. */
export class GoingOn {
  /** Never rejects. */
  readonly ended: Promise<AttemptEnd>
  #isOver = false

  constructor(acting: PromiseLike<unknown>) {
    this.ended = new Promise((resolve) => {
      const over = (end: AttemptEnd): void => {
        this.#isOver = true
        resolve(end)
      }
      const failed = (thrown: unknown): void => over({ outcome: 'failed', thrown })
      try {
        acting.then((value) => over(endWith(value)), failed)
      } catch (thrown) {
        failed(thrown)
      }
    })
  }

  /**
   * The end of the action, unless `ending` aborts before. The end of a promise is told a microtask later. So after an
   * abort a microtask more is given to a promise that was settled just before: its action did end in time. An action that
   * ends because of the abort is later, since the listeners of `ending` come before those of its signal.
   */
  untilAborted(ending: LazyAbort): Promise<AttemptEnd | typeof ABORTED> {
    return new Promise((resolve) => {
      const onAbort = (): void =>
        queueMicrotask(() => {
          if (!this.#isOver) resolve(ABORTED)
        })
      if (ending.aborted) resolve(ABORTED)
      else ending.add(onAbort)
      void this.ended.then(resolve)
    })
  }
}

function endWith(value: unknown): AttemptEnd {
  return isGeneratorObject(value) ? { outcome: 'failed', thrown: unrun() } : { outcome: 'success', value }
}

/** Nothing of a generator's body runs before the first value is asked for: the action did no work. */
function unrun(): S3SchedError {
  return new S3SchedError('the action returned a generator, and nothing runs the body of one', {
    code: 'INVALID_TASK',
    suggestion: 'Take the asterisk of the function away, or loop over the generator inside the action',
  })
}

/** The end of an attempt whose action returned a promise. */
export async function awaitAction(action: GoingOn, options: AttemptOptions): Promise<AttemptEnd> {
  const { ending, timers, timeoutMs, usedMs, graceMs } = options
  const cancelTimeout =
    timeoutMs === undefined
      ? undefined
      : timers.start(Math.max(0, timeoutMs - usedMs), () => {
          if (ending.aborted) return
          options.onTimeout()
          ending.abort(new CancelledError('timeout', `the attempt took longer than ${timeoutMs} ms`))
        })
  const first = await action.untilAborted(ending)
  cancelTimeout?.()
  if (first !== ABORTED) return first
  const grace = new LazyAbort()
  const cancelGrace = timers.start(graceMs, () => grace.abort('the grace is over'))
  const last = await untilAborted(action.ended, grace)
  cancelGrace()
  const reason = CancelledError.from(ending.reason)
  return last === ABORTED ? { outcome: 'aborted', reason, abandoned: action.ended } : { outcome: 'aborted', reason }
}

const ATTEMPT_ERROR_BYTES = 2048

/**
 * The stored record of an attempt. The limit for its error is smaller than for the run's, because a run may have a
 * hundred attempts.
 */
export function recordOf(attempt: number, watch: Stopwatch, end: AttemptEnd): AttemptRecord {
  const { startedAt } = watch
  const durationMs = Math.round(watch.elapsedMs())
  if (end.outcome === 'success') return { attempt, startedAt, durationMs, status: 'success' }
  const known = { attempt, startedAt, durationMs }
  if (end.outcome === 'failed') {
    return { ...known, status: 'failed', error: serializeError(end.thrown, ATTEMPT_ERROR_BYTES) }
  }
  const status = end.reason.reason === 'timeout' ? 'timeout' : 'cancelled'
  const error = serializeError(end.reason, ATTEMPT_ERROR_BYTES)
  return { ...known, status, error, ...(end.abandoned === undefined ? {} : { abandoned: true }) }
}
