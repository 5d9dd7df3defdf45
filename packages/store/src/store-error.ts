import { S3SchedError } from '@s3sched/kernel'

/**
 * - `INVALID_KEY`, `INVALID_CONNECTION`, `INVALID_BODY`, `INVALID_CONDITION`, `INVALID_RANGE`, `TOO_LARGE`: the caller's
 *   input, refused before any request; a server's complaint about the region or endpoint, an object that ends before the
 *   range, and an object that is too large get the same codes
 * - `CLOSED`: the store was closed
 * - `ACCESS_DENIED`, `CREDENTIALS`: no right to do this; no, wrong or expired credentials
 * - `NOT_FOUND`: the bucket or folder itself is missing
 * - `NO_SPACE`: the disk or the quota is full
 * - `CLOCK_SKEW`: the server refuses requests because this machine's clock is off
 * - `THROTTLED`, `UNAVAILABLE`, `NETWORK`, `TIMEOUT`: retriable trouble
 * - `TLS`: the server's certificate was refused
 * - `UNSUPPORTED`: the server lacks something that s3sched needs
 * - `CORRUPT`: the answer or the object makes no sense
 * - `UNEXPECTED`: anything else; see `cause`
 */
export type StoreErrorCode =
  | 'INVALID_KEY'
  | 'INVALID_CONNECTION'
  | 'INVALID_BODY'
  | 'INVALID_CONDITION'
  | 'INVALID_RANGE'
  | 'TOO_LARGE'
  | 'CLOSED'
  | 'ACCESS_DENIED'
  | 'CREDENTIALS'
  | 'NOT_FOUND'
  | 'NO_SPACE'
  | 'CLOCK_SKEW'
  | 'THROTTLED'
  | 'UNAVAILABLE'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'TLS'
  | 'UNSUPPORTED'
  | 'CORRUPT'
  | 'UNEXPECTED'

/** The error of a failed store call. */
export class StoreError extends S3SchedError<StoreErrorCode> {
  static override readonly kind: string = 'StoreError'
}

/** `CLOSED`, for a call after `close()`. */
export function closedError(description: string): StoreError {
  return new StoreError(`store ${description} is closed`, {
    code: 'CLOSED',
    suggestion: 'Open the store anew, or close it after its last call',
  })
}
