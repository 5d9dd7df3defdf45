import { S3SchedError, type S3SchedErrorOptions } from '@s3sched/kernel'

/**
 * - `REFUSED`: the receiver refused the message for good; no further attempt is made
 * - `UNAVAILABLE`: the receiver can't take the message now, or could not be reached; the job's `retries` decide
 * - `FAILED`: the receiver took the work, and the work failed for good
 */
export type TargetErrorCode = 'REFUSED' | 'UNAVAILABLE' | 'FAILED'

/** The failure of a hand-over, or of the work. The scheduler retries by `retriable`, after `retryAfterMs` if present. */
export class TargetError extends S3SchedError<TargetErrorCode> {
  static override readonly kind: string = 'TargetError'

  /** The wait that the receiver asked for, in ms. Replaces the backoff of the job. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    options: S3SchedErrorOptions<TargetErrorCode> & { readonly retryAfterMs?: number | undefined },
  ) {
    const { retryAfterMs, ...rest } = options
    super(message, rest)
    this.retryAfterMs = retryAfterMs
  }
}
