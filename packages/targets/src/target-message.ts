import { isObject, wrongArgument } from '@s3sched/kernel'
import type { TargetContext } from './target-context.ts'

/** `accepted`: the hand-over ends the run. `done`: the run follows the work to its end. */
export type Wait = 'accepted' | 'done'

/** The message that a target hands over. */
export interface TargetMessage {
  /** The version of this format. */
  readonly v: 1
  /** The name of the job. */
  readonly job: string
  /** The id of the run, the same for all attempts. */
  readonly runId: string
  /**
   * The same for all attempts of a run, and for the run that makes up for a lost run. A receiver that knows the keys of
   * its work does no work twice.
   */
  readonly idempotencyKey: string
  /** ISO 8601. */
  readonly tick: string
  /** 1 for the first attempt. */
  readonly attempt: number
  /**
   * A number that grows with every claim of the job. A receiver that stores the largest number so far can refuse late
   * messages of an instance that lost its right to run.
   */
  readonly fence: number | null
  /** The time that the run gives the work, in ms; `null` without a bound, and where nobody waits for the work. */
  readonly timeoutMs: number | null
  /** From the option `payload`; `null` without the option. */
  readonly payload: unknown
}

export function keyOf({ idempotencyKey, runId }: TargetContext): string {
  return idempotencyKey ?? runId
}

/** The message of an attempt for the receiver. */
export function messageFor(context: TargetContext, payload: unknown, wait: Wait): TargetMessage {
  if (!isObject(context)) throw wrongArgument('messageFor', 'the context of a run', context)
  const { attempt, fence, jobName, runId, scheduledTime, timeoutMs } = context
  return {
    v: 1,
    job: jobName,
    runId,
    idempotencyKey: keyOf(context),
    tick: scheduledTime.toISOString(),
    attempt,
    fence: fence ?? null,
    timeoutMs: wait === 'done' ? (timeoutMs ?? null) : null,
    payload: payload ?? null,
  }
}
