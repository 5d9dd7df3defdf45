import { S3SchedError } from '@s3sched/kernel'
import { SchedulerError, type SchedulerErrorCode } from './scheduler-error.ts'

/**
 * Runs `work`; an error of the layers below becomes a {@link SchedulerError} with this code and, if given, a subject.
 */
export function inScheduler<T>(code: SchedulerErrorCode, work: () => T, subject?: string): T {
  try {
    return work()
  } catch (cause) {
    throw asSchedulerError(code, cause, subject)
  }
}

/**
 * Does work on the bucket.
 * @throws an error of another package as a {@link SchedulerError} `STORE`, with that error as its cause
 */
export async function onBucket<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw asSchedulerError('STORE', cause)
  }
}

/** An error of another package as a {@link SchedulerError}; any other thrown value as it is. */
export function asSchedulerError(code: SchedulerErrorCode, cause: unknown, subject?: string): unknown {
  if (cause instanceof SchedulerError || !(cause instanceof S3SchedError)) return cause
  const { context, problem, retriable, suggestion } = cause
  const message = subject === undefined ? problem : `${subject}: ${problem}`
  return new SchedulerError(message, {
    code,
    cause,
    context,
    retriable,
    ...(suggestion !== undefined && { suggestion }),
  })
}
