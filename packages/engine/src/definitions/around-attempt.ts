import { type JobContext, SchedulerError } from '@s3sched/jobs'
import { describe } from '@s3sched/kernel'

/** Calls `attempt` once and returns its result. */
export type AroundAttempt = (context: JobContext, attempt: () => unknown) => unknown

/** The wrappers of every attempt of a scheduler; runs under way heed the wrappers added or removed later. */
export class AttemptWrappers {
  readonly #wrappers: AroundAttempt[] = []

  /** @returns removes the wrapper. @throws SchedulerError `INVALID_ARGUMENT` for a wrapper that is no function */
  add(around: AroundAttempt): () => void {
    if (typeof (around as unknown) !== 'function') {
      const problem = `expected the argument of aroundAttempts to be a function, got ${describe(around)}`
      throw new SchedulerError(problem, { code: 'INVALID_ARGUMENT' })
    }
    this.#wrappers.push(around)
    return () => {
      const index = this.#wrappers.indexOf(around)
      if (index >= 0) this.#wrappers.splice(index, 1)
    }
  }

  /** Calls the attempt inside all wrappers, the first wrapper outermost. */
  call(context: JobContext, attempt: () => unknown): unknown {
    return callAround(this.#wrappers, context, attempt)
  }
}

function callAround(around: readonly AroundAttempt[], context: JobContext, attempt: () => unknown): unknown {
  const [first] = around
  return first === undefined ? attempt() : first(context, () => callAround(around.slice(1), context, attempt))
}
