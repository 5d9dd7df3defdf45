import { describe, isJobName, JOB_NAME_EXPECTED, S3SchedError } from '@s3sched/kernel'

export { isJobName }

/** The name of a run, and its time in the order of the history. */
export interface RunName {
  readonly job: string
  readonly runId: string
  /** The tick, or the start of a run without a tick; epoch ms. */
  readonly scheduledTime: number
}

const RUN_ID = /^[A-Za-z0-9_-]{1,128}$/

export function isRunId(value: unknown): value is string {
  return typeof value === 'string' && RUN_ID.test(value)
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` */
export function checkJobName(job: unknown): asserts job is string {
  if (!isJobName(job)) throw invalidArgument(`job to be ${JOB_NAME_EXPECTED}`, job)
}

/** @throws {@link S3SchedError} `INVALID_ARGUMENT` */
export function checkRunId(runId: unknown): asserts runId is string {
  if (!isRunId(runId)) throw invalidArgument('runId to be 1 to 128 of A-Z a-z 0-9 _ -', runId)
}

export function invalidArgument(expected: string, value: unknown): S3SchedError {
  return new S3SchedError(`expected ${expected}, got ${describe(value)}`, { code: 'INVALID_ARGUMENT' })
}
