import { isNativeError } from 'node:util/types'
import { describe, isError } from '@s3sched/kernel'
import { SchedulerError } from '@s3sched/jobs'

/**
 * The value that an action threw, as callers and listeners expect it: an error with a message. An error of another realm,
 * as in Jest, is an error too.
 */
export function thrownBy(jobName: string, thrown: unknown): Error {
  if (isError(thrown) || isNativeError(thrown)) return thrown
  return new SchedulerError(`Job '${jobName}' failed: it threw ${describe(thrown)}`, {
    code: 'JOB_FAILED',
    cause: thrown,
    context: { jobName },
  })
}
