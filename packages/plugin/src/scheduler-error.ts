import { hideInText, S3SchedError, type S3SchedErrorOptions } from '@s3sched/kernel'

/**
 * - `INVALID_OPTIONS`, `INVALID_JOB`, `INVALID_SCHEDULE`, `INVALID_ARGUMENT`: the caller's input; nothing was changed
 * - `JOB_NOT_FOUND`, `JOB_EXISTS`, `JOB_ALREADY_RUNNING`: the job's state does not allow it
 * - `JOB_FAILED`: a job started by hand ended without success, and threw nothing that could be passed on
 * - `NOT_STARTED`, `STOPPED`: the scheduler's state does not allow it
 * - `CLOCK_SKEW`: this machine's clock is too far from the store's; nothing was changed or claimed
 * - `STORE`: the bucket could not be reached or refused; see `cause`
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
  /** More than the message says, for a person who sees it for the first time. */
  readonly description?: string
}

/** What the scheduler throws and rejects with. */
export class SchedulerError extends S3SchedError<SchedulerErrorCode> {
  static override readonly kind: string = 'SchedulerError'

  /** More than the message says; the message itself when there is no more to say. */
  readonly description: string
  /** The HTTP status that a service would answer with. */
  readonly statusCode: number

  constructor(message: string, options: SchedulerErrorOptions) {
    super(message, options)
    this.description = hideInText(options.description ?? message)
    this.statusCode = STATUS_CODES[options.code]
  }
}
