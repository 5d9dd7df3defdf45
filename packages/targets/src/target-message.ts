import type { TargetContext } from './target-context.ts'

/** The message that a target hands over. The run id is the idempotency key: all attempts of a run have one id. */
export interface TargetMessage {
  /** The version of this format. */
  readonly v: 1
  readonly job: string
  readonly runId: string
  /** ISO 8601. */
  readonly tick: string
  readonly attempt: number
  /**
   * A number that grows with every claim of the job. A receiver that stores the largest number so far can refuse late
   * messages of an instance that lost its right to run.
   */
  readonly fence: number | null
  readonly payload: unknown
}

export function messageFor(
  { attempt, fence, jobName, runId, scheduledTime }: TargetContext,
  payload: unknown,
): TargetMessage {
  return {
    v: 1,
    job: jobName,
    runId,
    tick: scheduledTime.toISOString(),
    attempt,
    fence: fence ?? null,
    payload: payload ?? null,
  }
}
