import type { JobContext } from './job-context.ts'

/** Calls `attempt` once, and returns what it returns. */
export type AroundAttempt = (context: JobContext, attempt: () => unknown) => unknown

/** The attempt with all of them around it, the first one outermost. */
export function callAround(around: readonly AroundAttempt[], context: JobContext, attempt: () => unknown): unknown {
  const [first, ...others] = around
  return first === undefined ? attempt() : first(context, () => callAround(others, context, attempt))
}
