import type { Random } from '@s3sched/kernel'

/**
 * The possible faults of one request.
 *
 * - `lostBefore`, `lostAfter`: the connection breaks without an answer, before or after the request was applied
 * - `late`: the connection breaks, and the request is applied right after the next one
 * - `blackHole`, `blackHoleAfter`: no answer, and the connection stays open; not applied, or applied
 * - `conflict`: 409 ConditionalRequestConflict (only a PUT)
 * - `internalError`, `internalErrorAfter`: 500; not applied, or applied
 * - `slowDown`: 503 SlowDown with Retry-After: 0; `tooManyRequests`: 429
 * - `truncatedBody`: half of an object's body, then the connection breaks (only a GET)
 * - `stalledBody`: half of an object's body, then nothing more on the open connection (only a GET)
 * - `truncatedList`: a listing that says it is cut off, without a continuation token (only a LIST)
 */
export const S3_FAULTS = [
  'lostBefore',
  'lostAfter',
  'late',
  'blackHole',
  'blackHoleAfter',
  'conflict',
  'internalError',
  'internalErrorAfter',
  'slowDown',
  'tooManyRequests',
  'truncatedBody',
  'stalledBody',
  'truncatedList',
] as const

/** A fault of a server of S3, one of {@link S3_FAULTS}. */
export type S3Fault = (typeof S3_FAULTS)[number]

/** The chance of every fault, 0 to 1; together at most 1. A request that does not fit the fault passes unharmed. */
export type S3FaultChances = Readonly<Partial<Record<S3Fault, number>>>

/** A test's own error answer, instead of the server's answer. Nothing is applied. */
export interface S3ErrorAnswer {
  readonly status: number
  readonly code: string
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Draws nothing when there are no chances, so that other random numbers do not depend on the order of requests. */
export function drawFault(chances: S3FaultChances, random: Random): S3Fault | undefined {
  if (Object.keys(chances).length === 0) return undefined
  let drawn = random.float()
  for (const fault of S3_FAULTS) {
    drawn -= chances[fault] ?? 0
    if (drawn < 0) return fault
  }
  return undefined
}
