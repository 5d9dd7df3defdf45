import { describe, nameAdvice, S3SchedError } from '@s3sched/kernel'

/**
 * The reason why a run was told to end:
 * - `timeout`: the attempt, or the whole run, exceeded its bound
 * - `cancelled`: by request
 * - `stopped`: this process stops; another process may go on with the run
 * - `lease-lost`: this process no longer has the right to execute the run
 * - `superseded`: another run takes its place
 */
export type CancelReason = 'timeout' | 'cancelled' | 'stopped' | 'lease-lost' | 'superseded'

const MESSAGES: Readonly<Record<CancelReason, string>> = {
  timeout: 'the run took longer than it may',
  cancelled: 'the run was cancelled',
  stopped: 'the run was told to end because its process stops',
  'lease-lost': 'the run was told to end because its process lost the lease',
  superseded: 'the run was told to end because another takes its place',
}

/** The reason of an abort, for `AbortController.abort`. The action finds the error in `signal.reason`. */
export class CancelledError extends S3SchedError {
  static override readonly kind: string = 'CancelledError'

  /** The cause of the cancellation. */
  readonly reason: CancelReason

  /** @throws S3SchedError `INVALID_ARGUMENT` for an unknown reason */
  constructor(reason: CancelReason, message: string = MESSAGES[reason], cause?: unknown) {
    super(message, {
      code: codeOf(reason),
      retriable: reason === 'timeout' || reason === 'stopped',
      ...(cause === undefined ? {} : { cause }),
    })
    this.reason = reason
  }

  /**
   * Any abort reason as a `CancelledError`: the `TimeoutError` of `AbortSignal.timeout` is a timeout, the rest
   * `cancelled`.
   */
  static from(reason: unknown): CancelledError {
    return cancelledBy(reason)
  }
}

function codeOf(reason: CancelReason): string {
  if (Object.hasOwn(MESSAGES, reason)) return reason.toUpperCase().replace('-', '_')
  throw new S3SchedError(`expected the reason of a cancellation, got ${describe(reason)}`, {
    code: 'INVALID_ARGUMENT',
    suggestion: nameAdvice(reason, Object.keys(MESSAGES)),
  })
}

/** Outside of the class: the bundler gives a class that names itself another name, which the log would show. */
function cancelledBy(reason: unknown): CancelledError {
  if (reason instanceof CancelledError) return reason
  const isTimeout = reason instanceof Error && reason.name === 'TimeoutError'
  return new CancelledError(isTimeout ? 'timeout' : 'cancelled', undefined, reason)
}
