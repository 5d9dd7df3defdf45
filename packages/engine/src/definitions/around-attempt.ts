import type { JobContext } from '@s3sched/jobs'

/** Calls `attempt` once and returns its result. */
export type AroundAttempt = (context: JobContext, attempt: () => unknown) => unknown

/** Calls the attempt inside all wrappers, the first wrapper outermost. */
export function callAround(around: readonly AroundAttempt[], context: JobContext, attempt: () => unknown): unknown {
  const [first] = around
  return first === undefined ? attempt() : first(context, () => callAround(around.slice(1), context, attempt))
}
