import { describe, systemRandom, type Random } from '@s3sched/kernel'
import { readDocument, writeDocument, type CallOptions, type ObjectStore, type PutCondition } from '@s3sched/store'
import { LockError } from './lock-error.ts'

/** As often as others may change the object in between. Under a lock hardly anybody does. */
const MOST_TRIES = 20

/** A lease, or anything else that says under which fence it acts. */
export interface Fenced {
  readonly fence: number
}

export type FencedGetResult<T> =
  | { readonly outcome: 'found'; readonly value: T }
  | { readonly outcome: 'missing' }
  /** Somebody with a later fence was here: this holder's time is over. */
  | { readonly outcome: 'stale'; readonly fence: number }

export type FencedPutResult = { readonly outcome: 'written' } | { readonly outcome: 'stale'; readonly fence: number }

export interface FencedOptions extends CallOptions {
  /** Makes nonces. @default the system's */
  readonly random?: Random
}

/** What is kept in the object beside the value: the highest fence that read or wrote it. `value` may be absent. */
interface Contents {
  readonly fence: number
  readonly value: unknown
  readonly condition: PutCondition
}

/**
 * Writes a JSON value that no holder of an earlier fence can replace afterwards: 1 GET and 1 PUT.
 *
 * A lock alone can't stop a holder that was paused in the middle of its work and wakes up after its lease was stolen.
 * The object can: it keeps the highest fence it has seen, and a write with a lower one is `stale`.
 *
 * @throws StoreError; {@link LockError} `UNREADABLE` when the object wasn't written by this function, `UNDECIDED` when
 *   others kept changing it, `INVALID_ARGUMENT` for a fence that is no integer from 1 to 2^53 - 1; what `lease.check()`
 *   throws, if there is one
 */
export async function fencedPut(
  store: ObjectStore,
  key: string,
  value: unknown,
  lease: Fenced & { check?(): void },
  options: FencedOptions = {},
): Promise<FencedPutResult> {
  checkFence(lease.fence)
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await read(store, key, options)
    if (found.fence > lease.fence) return { outcome: 'stale', fence: found.fence }
    lease.check?.()
    if (await write(store, key, { ...found, fence: lease.fence, value }, options)) return { outcome: 'written' }
  }
  throw undecided(store, key)
}

/**
 * Reads such a value and marks the object with the lease's fence, so that from now on no earlier holder can change it:
 * what is read here is still true when it is written back. 1 GET, and 1 PUT the first time under a fence.
 *
 * @throws as {@link fencedPut}
 */
export async function fencedGet<T>(
  store: ObjectStore,
  key: string,
  lease: Fenced & { check?(): void },
  options: FencedOptions = {},
): Promise<FencedGetResult<T>> {
  checkFence(lease.fence)
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await read(store, key, options)
    if (found.fence > lease.fence) return { outcome: 'stale', fence: found.fence }
    lease.check?.()
    const isMarked = found.fence === lease.fence
    if (isMarked || (await write(store, key, { ...found, fence: lease.fence }, options))) {
      return found.value === undefined ? { outcome: 'missing' } : { outcome: 'found', value: found.value as T }
    }
  }
  throw undecided(store, key)
}

/** A fence that does not compare with others would let a write past newer ones, and leave an object that nobody can read. */
function checkFence(fence: unknown): void {
  if (isFence(fence)) return
  throw new LockError(`expected lease.fence to be an integer >= 1, got ${describe(fence)}`, {
    code: 'INVALID_ARGUMENT',
    suggestion: "Pass the lease itself, or the fence of an action's context",
  })
}

function isFence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

async function read(store: ObjectStore, key: string, { signal, timeoutMs }: FencedOptions): Promise<Contents> {
  const got = await readDocument(store, key, { signal, timeoutMs })
  if (got.outcome !== 'found') {
    if (got.outcome === 'unreadable') throw unreadable(store, key, got.problem)
    return { fence: 0, value: undefined, condition: { ifAbsent: true } }
  }
  const { fence, value } = got.fields
  if (!isFence(fence)) throw unreadable(store, key, 'it has no fence')
  return { fence, value, condition: { ifMatch: got.etag } }
}

/** `false`: it changed meanwhile, or nobody knows; to be read again. Writing the same value twice does no harm. */
async function write(
  store: ObjectStore,
  key: string,
  { fence, value, condition }: Contents,
  { random = systemRandom, signal, timeoutMs }: FencedOptions,
): Promise<boolean> {
  const put = await writeDocument(store, key, { fence, value }, random.id(), { condition, signal, timeoutMs })
  return put.outcome === 'written'
}

function undecided(store: ObjectStore, key: string): LockError {
  return new LockError(`${key} in ${store.description} could not be written in ${MOST_TRIES} tries`, {
    code: 'UNDECIDED',
    retriable: true,
    suggestion:
      'Either many others change it at this moment, or the store refuses conditional writes that it should accept',
    context: { key },
  })
}

function unreadable(store: ObjectStore, key: string, problem: string): LockError {
  return new LockError(`${key} in ${store.description} is not a fenced value: ${problem}`, {
    code: 'UNREADABLE',
    suggestion: 'Use a key that only fencedPut writes',
    context: { key },
  })
}
