import type { AroundAttempt } from '@s3sched/engine'
import { SchedulerError } from '@s3sched/jobs'
import { describe } from '@s3sched/kernel'

/** Adds a wrapper of attempts. @returns removes the wrapper */
export function addWrapper(wrappers: AroundAttempt[], around: AroundAttempt): () => void {
  if (typeof (around as unknown) !== 'function') {
    const problem = `expected the argument of aroundAttempts to be a function, got ${describe(around)}`
    throw new SchedulerError(problem, { code: 'INVALID_ARGUMENT' })
  }
  wrappers.push(around)
  return () => {
    const index = wrappers.indexOf(around)
    if (index >= 0) wrappers.splice(index, 1)
  }
}
