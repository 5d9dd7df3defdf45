/**
 * One call of an action, from the call until the executor knows the result.
 *
 * The signal has the last word: an action that settles after its signal aborted did not succeed, whatever the action
 * returned, because the sender of the signal already acts on the abort. An action that does not settle within the grace
 * is *abandoned*: its run goes on without the action, and everything from the abandoned action is dropped.
 *
 * A timer can't fire while an action blocks the event loop. So an action that blocks for longer than its timeout and
 * then returns did succeed: its work is done, and a repetition would be worse than the wait.
 */
import { types } from 'node:util'
import { LazyAbort, S3SchedError, serializeError, type Timers } from '@s3sched/kernel'
import { CancelledError } from './cancelled-error.ts'
import type { AttemptRecord } from './run-outcome.ts'
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
  readonly graceMs: number
  readonly onTimeout: () => void
}

/** @param start - calls the action; may throw. */
export async function runAttempt(start: () => unknown, options: AttemptOptions): Promise<AttemptEnd> {
  const { ending, timers, timeoutMs, graceMs } = options
  const ended = endOf(start)
  const cancelTimeout =
    timeoutMs === undefined
      ? undefined
      : timers.start(timeoutMs, () => {
          if (ending.aborted) return
          options.onTimeout()
          ending.abort(new CancelledError('timeout', `the attempt took longer than ${timeoutMs} ms`))
        })
  const first = await untilAborted(ended, ending)
  cancelTimeout?.()
  if (first !== ABORTED) return first
  const grace = new LazyAbort()
  const cancelGrace = timers.start(graceMs, () => grace.abort('the grace is over'))
  const last = await untilAborted(ended, grace)
  cancelGrace()
  const reason = CancelledError.from(ending.reason)
  return last === ABORTED ? { outcome: 'aborted', reason, abandoned: ended } : { outcome: 'aborted', reason }
}

/** Never rejects, so that a late rejection is not an unhandled rejection. */
async function endOf(start: () => unknown): Promise<AttemptEnd> {
  try {
    const value = await start()
    return types.isGeneratorObject(value) ? { outcome: 'failed', thrown: unrun() } : { outcome: 'success', value }
  } catch (thrown) {
    return { outcome: 'failed', thrown }
  }
}

/** Nothing of a generator's body runs before the first value is asked for: the action did no work. */
function unrun(): S3SchedError {
  return new S3SchedError('the action returned a generator, and nothing runs the body of one', {
    code: 'INVALID_TASK',
    suggestion: 'Take the asterisk of the function away, or loop over the generator inside the action',
  })
}

const ATTEMPT_ERROR_BYTES = 2048

/**
 * The stored record of an attempt. The limit for its error is smaller than for the run's, because a run may have a
 * hundred attempts.
 */
export function recordOf(attempt: number, startedAt: number, durationMs: number, end: AttemptEnd): AttemptRecord {
  const known = { attempt, startedAt, durationMs: Math.round(durationMs) }
  if (end.outcome === 'success') return { ...known, status: 'success' }
  if (end.outcome === 'failed') {
    return { ...known, status: 'failed', error: serializeError(end.thrown, ATTEMPT_ERROR_BYTES) }
  }
  const status = end.reason.reason === 'timeout' ? 'timeout' : 'cancelled'
  const error = serializeError(end.reason, ATTEMPT_ERROR_BYTES)
  return { ...known, status, error, ...(end.abandoned === undefined ? {} : { abandoned: true }) }
}
