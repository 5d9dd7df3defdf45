import { S3SchedError } from '@s3sched/kernel'

/**
 * An error that no further attempt can mend: the run ends at once, whatever its `retries`. Any other error with a field
 * `retriable: false` has the same effect.
 *
 * @example
 * if (customer === undefined) throw new NonRetriableError(`there is no customer ${id}`)
 */
export class NonRetriableError extends S3SchedError<'NON_RETRIABLE'> {
  static override readonly kind: string = 'NonRetriableError'

  /** @param options - `cause`: the error behind this one */
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { code: 'NON_RETRIABLE', retriable: false, ...options })
  }
}
