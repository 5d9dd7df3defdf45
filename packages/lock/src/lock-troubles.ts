/** The errors of a lock, each with what to do about it. */
import { LockError } from './lock-error.ts'
import { ANSWER_MS } from './patience.ts'

/** The present holder of a lock that was wanted. */
interface PresentHolder {
  readonly by: string
  readonly self: boolean
  /** `Infinity` when an operator is needed. */
  readonly retryAfterMs: number
}

export function heldError(name: string, held: PresentHolder): LockError {
  const who = held.self ? `this process (${held.by})` : held.by
  return new LockError(`lock '${name}' is held by ${who}`, {
    code: 'HELD',
    retriable: true,
    suggestion: adviceFor(held),
    context: { ...held },
  })
}

function adviceFor({ retryAfterMs, self }: PresentHolder): string {
  if (retryAfterMs === Infinity) return 'See lock.inspect() for how to repair it'
  // A wait inside of the holder's own function would never end.
  return self ? 'Wait longer with waitMs; code that holds it passes its lease on instead' : 'Wait longer with waitMs'
}

export function silentError(name: string, waitMs: number): LockError {
  return new LockError(`lock '${name}' was not acquired: the store did not answer within ${waitMs + ANSWER_MS} ms`, {
    code: 'UNDECIDED',
    retriable: true,
    suggestion: 'Look whether the store can be reached; what still arrives is given back',
  })
}

export function closedError(name: string): LockError {
  return new LockError(`lock '${name}' is closed`, {
    code: 'CLOSED',
    suggestion: 'Make a new one with createLock',
  })
}

export function lostError(
  { fence, name }: { readonly fence: number; readonly name: string },
  cause: unknown,
): LockError {
  return new LockError(`lock '${name}' was lost while it was in use`, {
    code: 'LOST',
    suggestion: 'Stop when lease.signal aborts, and let what is written under the lock carry lease.fence',
    context: { fence },
    cause,
  })
}
