import { hideInText, S3SchedError, type S3SchedErrorOptions } from '@s3sched/kernel'

/**
 * - `INVALID_OPTIONS`, `INVALID_JOB`, `INVALID_SCHEDULE`, `INVALID_ARGUMENT`: wrong input of the caller; nothing was
 *   changed
 * - `JOB_NOT_FOUND`, `JOB_EXISTS`, `JOB_ALREADY_RUNNING`: not possible in the job's state
 * - `JOB_FAILED`: a job started by hand ended without success, and threw no Error that could be passed on
 * - `NOT_STARTED`, `STOPPED`: not possible in the scheduler's state
 * - `CLOCK_SKEW`: this machine's clock is too far from the store's; nothing was changed or claimed
 * - `STORE`: the bucket could not be reached, or refused the request; see `cause`
 */
export type SchedulerErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_JOB'
  | 'INVALID_SCHEDULE'
  | 'INVALID_ARGUMENT'
  | 'JOB_NOT_FOUND'
  | 'JOB_EXISTS'
  | 'JOB_ALREADY_RUNNING'
  | 'JOB_FAILED'
  | 'NOT_STARTED'
  | 'STOPPED'
  | 'CLOCK_SKEW'
  | 'STORE'

const STATUS_CODES: Readonly<Record<SchedulerErrorCode, number>> = {
  INVALID_OPTIONS: 400,
  INVALID_JOB: 400,
  INVALID_SCHEDULE: 400,
  INVALID_ARGUMENT: 400,
  JOB_NOT_FOUND: 404,
  JOB_EXISTS: 409,
  JOB_ALREADY_RUNNING: 409,
  JOB_FAILED: 500,
  NOT_STARTED: 409,
  STOPPED: 409,
  CLOCK_SKEW: 503,
  STORE: 503,
}

export interface SchedulerErrorOptions extends S3SchedErrorOptions<SchedulerErrorCode> {
  /** An explanation longer than the message, for a reader who is new to the error. */
  readonly description?: string
}

/** Every error that the scheduler throws or rejects with. */
export class SchedulerError extends S3SchedError<SchedulerErrorCode> {
  static override readonly kind: string = 'SchedulerError'

  /** An explanation longer than the message; the message itself if there is no other. */
  readonly description: string
  /** The HTTP status for a service's answer. */
  readonly statusCode: number

  constructor(message: string, options: SchedulerErrorOptions) {
    super(message, options)
    this.description = hideInText(options.description ?? message)
    this.statusCode = STATUS_CODES[options.code]
  }
}
