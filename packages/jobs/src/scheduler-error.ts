import { hideInText, S3SchedError, type S3SchedErrorOptions } from '@s3sched/kernel'

/**
 * - `INVALID_OPTIONS`, `INVALID_JOB`, `INVALID_SCHEDULE`, `INVALID_ARGUMENT`: wrong input of the caller; nothing was
 *   changed
 * - `INVALID_CONTEXT`: a context is no object of fields, or the schema of the job refuses it; nothing runs
 * - `JOB_NOT_FOUND`, `JOB_EXISTS`, `JOB_ALREADY_RUNNING`, `BACKFILL_RUNNING`: not possible in the job's state
 * - `JOB_FAILED`: a job ended without success, and threw no Error that could be passed on; also the code of an
 *   application's own error without a code
 * - `RUN_NOT_STARTED`: a run by hand whose instance stopped, or lost the right to run the job, before the run began: no
 *   action was called, and the call may be repeated; `STORE` where the fleet may make up for the run
 * - `NOT_STARTED`, `STOPPED`: not possible in the scheduler's state
 * - `CLOCK_SKEW`: this machine's clock is too far from the store's; nothing was changed or claimed
 * - `OLD_LAYOUT`: the bucket has job records of an earlier layout, which this version does not read
 * - `STORE`: the bucket could not be reached, or refused the request; see `cause`
 */
export type SchedulerErrorCode =
  | 'INVALID_OPTIONS'
  | 'INVALID_JOB'
  | 'INVALID_SCHEDULE'
  | 'INVALID_ARGUMENT'
  | 'INVALID_CONTEXT'
  | 'JOB_NOT_FOUND'
  | 'JOB_EXISTS'
  | 'JOB_ALREADY_RUNNING'
  | 'BACKFILL_RUNNING'
  | 'JOB_FAILED'
  | 'RUN_NOT_STARTED'
  | 'NOT_STARTED'
  | 'STOPPED'
  | 'CLOCK_SKEW'
  | 'OLD_LAYOUT'
  | 'STORE'

const STATUS_CODES: Readonly<Record<SchedulerErrorCode, number>> = {
  INVALID_OPTIONS: 400,
  INVALID_JOB: 400,
  INVALID_SCHEDULE: 400,
  INVALID_ARGUMENT: 400,
  INVALID_CONTEXT: 400,
  JOB_NOT_FOUND: 404,
  JOB_EXISTS: 409,
  JOB_ALREADY_RUNNING: 409,
  BACKFILL_RUNNING: 409,
  JOB_FAILED: 500,
  RUN_NOT_STARTED: 503,
  NOT_STARTED: 409,
  STOPPED: 409,
  CLOCK_SKEW: 503,
  OLD_LAYOUT: 409,
  STORE: 503,
}

/** The fields of a {@link SchedulerError} beside its message. */
export interface SchedulerErrorOptions extends Omit<S3SchedErrorOptions<SchedulerErrorCode>, 'code'> {
  /** One of the scheduler's codes, or a code of the application. @default 'JOB_FAILED' */
  readonly code?: SchedulerErrorCode | (string & {})
  /** An explanation longer than the message, for a reader who is new to the error. */
  readonly description?: string
  /** The HTTP status for a service's answer. @default the status of the code; 500 for a code of the application */
  readonly statusCode?: number
  /** The name of the failed operation. */
  readonly operation?: string
  /** More data about the failure. Never a secret. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Any other field, such as the `taskId` of s3db.js, is kept in the `context` of the error. */
  readonly [field: string]: unknown
}

/**
 * Every error that the scheduler throws or rejects with. An application may throw it too, as it would the error of the
 * same name of s3db.js: options with other names are kept in `context`.
 */
export class SchedulerError extends S3SchedError<SchedulerErrorCode | (string & {})> {
  static override readonly kind: string = 'SchedulerError'

  /** An explanation longer than the message; the message itself if there is no other. */
  readonly description: string
  /** The HTTP status for a service's answer. */
  readonly statusCode: number
  /** Only there when given. */
  declare readonly operation?: string
  /** Only there when given. */
  declare readonly metadata?: Readonly<Record<string, unknown>>

  constructor(message: string, options: SchedulerErrorOptions = {}) {
    const { cause, code, context, description, retriable, statusCode, suggestion, ...others } = options
    super(message, {
      code: code ?? 'JOB_FAILED',
      // A job that throws an error of the application is retried, unless the error says otherwise.
      retriable: retriable ?? code === undefined,
      context: { ...others, ...context },
      ...(cause === undefined ? {} : { cause }),
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    this.description = hideInText(description ?? message)
    this.statusCode = statusCode ?? statusOf(code ?? 'JOB_FAILED')
    const { operation, metadata } = this.context as Pick<SchedulerErrorOptions, 'operation' | 'metadata'>
    if (operation !== undefined) this.operation = operation
    if (metadata !== undefined) this.metadata = metadata
  }
}

function statusOf(code: string): number {
  return Object.hasOwn(STATUS_CODES, code) ? STATUS_CODES[code as SchedulerErrorCode] : 500
}
