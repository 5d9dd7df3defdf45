import { describe, systemRandom, type Random } from '@s3sched/kernel'
import { readDocument, writeDocument, type CallOptions, type ObjectStore, type PutCondition } from '@s3sched/store'
import { LockError } from './lock-error.ts'

/** Largest number of attempts. An attempt fails when another writer changes the object, which is rare under a lock. */
const MOST_TRIES = 20

/** A lease, or any other proof of the fence that a write acts under. */
export interface Fenced {
  /** Grows with each holder, 1 and more. */
  readonly fence: number
}

/** The result of a fenced read; `stale` where a holder with a higher fence has written. */
export type FencedGetResult<T> =
  | { readonly outcome: 'found'; readonly value: T }
  | { readonly outcome: 'missing' }
  /** A holder with a later fence has used the object: the time of this holder is over. */
  | { readonly outcome: 'stale'; readonly fence: number }

/** The result of a fenced write; `stale` where a holder with a higher fence has written, and nothing was changed. */
export type FencedPutResult = { readonly outcome: 'written' } | { readonly outcome: 'stale'; readonly fence: number }

/** The options of a fenced read or write. */
export interface FencedOptions extends CallOptions {
  /** Source of nonces. @default the system's */
  readonly random?: Random
}

/** Contents of the object: the value, and the highest fence of any read or write. `value` may be absent. */
interface Contents {
  readonly fence: number
  readonly value: unknown
  readonly condition: PutCondition
}

/**
 * Writes a JSON value so that no holder of an earlier fence can replace the value: 1 GET and 1 PUT.
 *
 * A lock alone cannot stop a holder that was paused in the middle of its work and resumes after its lease was stolen.
 * The object can: it keeps the highest fence so far, and the outcome of a write with a lower fence is `stale`.
 *
 * @throws StoreError; {@link LockError} `UNREADABLE` when the object was not written by this function, `UNDECIDED` when
 *   other writers kept changing the object, `INVALID_ARGUMENT` for a fence that is no integer from 1 to 2^53 - 1; the
 *   error of `lease.check()`, if given
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
 * Reads a fenced value and marks the object with the lease's fence, so that no earlier holder can change the object
 * from then on: the value is still true when it is written back. 1 GET, and 1 PUT the first time under a fence.
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

/**
 * A fence that cannot be compared, such as NaN, would let a write past newer fences, and leave an unreadable object.
 */
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

/**
 * `false`: the object has changed, or the outcome is unknown; read again. Writing the same value twice does no harm.
 */
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
