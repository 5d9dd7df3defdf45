import type { Random } from '@s3sched/kernel'
import { delayAfter, isDelay } from './backoff.ts'
import type { ResolvedPolicy } from './run-policy.ts'

export type RetryDecision =
  | { readonly next: 'retry'; readonly delayMs: number; readonly problem?: string }
  | { readonly next: 'end'; readonly note?: string }

/** An attempt that failed or timed out. */
export interface FailedAttempt {
  /** Number of the attempt within its run, from 1 on. */
  readonly attempt: number
  readonly thrown: unknown
  /** Remaining time of the run's deadline, ms. */
  readonly leftMs: number
}

/**
 * The step after a failed attempt. Pure but for a user's backoff function and the random number.
 *
 * An error with `retriable: false` ends the run; the `retryAfterMs` of an error replaces the backoff.
 */
export function decideRetry(
  policy: Pick<ResolvedPolicy, 'retries' | 'backoff'>,
  { attempt, thrown, leftMs }: FailedAttempt,
  random: Random,
): RetryDecision {
  if (attempt > policy.retries) return { next: 'end' }
  if (fieldOf(thrown, 'retriable') === false)
    return { next: 'end', note: 'not retried: the error says it is not retriable' }
  const asked = fieldOf(thrown, 'retryAfterMs')
  const delay = isDelay(asked) ? { delayMs: asked } : delayAfter(policy.backoff, attempt, thrown, random)
  if (delay.delayMs >= leftMs) {
    return {
      next: 'end',
      note: `not retried: the deadline is before the next attempt, ${Math.ceil(delay.delayMs)} ms away`,
    }
  }
  return { next: 'retry', ...delay }
}

function fieldOf(thrown: unknown, name: string): unknown {
  let field: unknown
  try {
    field = (thrown as Record<string, unknown>)[name]
  } catch {
    // `null` and `undefined` have no fields, and a getter that throws counts as absent.
  }
  return field
}
