import { describe, isKeyName } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'

/**
 * A job's name is part of its keys in the bucket, so only characters that can't change the path are allowed.
 * @throws {@link SchedulerError} `INVALID_JOB`
 */
export function checkJobName(name: unknown): asserts name is string {
  if (isKeyName(name)) return
  throw new SchedulerError(
    `expected a job name of 1 to 128 characters out of A-Z a-z 0-9 _ . -, not '.' or '..', got ${describe(name)}`,
    { code: 'INVALID_JOB', suggestion: 'Rename the job', context: { jobName: name } },
  )
}
