import { describe, having, optional, resolveOptions, systemRandom, type Random } from '@s3sched/kernel'
import {
  checkKey,
  encodeDocument,
  readDocument,
  type CallOptions,
  type ObjectStore,
  type PutCondition,
} from '@s3sched/store'
import { LockError } from './lock-error.ts'

/** Largest number of attempts. An attempt fails when another writer changes the object, which is rare under a lock. */
const MOST_TRIES = 20

/** A lease, or any other proof of the fence that a write acts under. */
export interface Fenced {
  /** Grows with each holder, 1 and more. */
  readonly fence: number
  /** Throws once the lease may not be trusted any more; asked before each write. */
  check?(): void
}

/** The result of a fenced read; `stale` where a holder with a higher fence has written. */
export type FencedGetResult<T> =
  | { readonly outcome: 'found'; readonly value: T }
  | { readonly outcome: 'missing' }
  /** A holder with a later fence has used the object: the time of this holder is over. */
  | { readonly outcome: 'stale'; readonly fence: number }

/** The result of a fenced write; `stale` where a holder with a higher fence has written, and nothing was changed. */
export type FencedPutResult = { readonly outcome: 'written' } | { readonly outcome: 'stale'; readonly fence: number }

/**
 * A JSON value that no holder of an earlier fence can replace.
 *
 * A lock alone cannot stop a holder that was paused in the middle of its work and resumes after its lease was stolen.
 * The object can: it keeps the highest fence so far, and the outcome of a call with a lower fence is `stale`.
 *
 * Both calls throw a StoreError; {@link LockError} `UNREADABLE` when the object is not a fenced value, `UNDECIDED` when
 * other writers kept changing the object, `INVALID_ARGUMENT` for a fence that is no integer from 1 to 2^53 - 1, and for a
 * value that is no JSON; the error of `lease.check()`, if given.
 */
export interface FencedValue<T> {
  /**
   * Reads the value and marks the object with the lease's fence, so that no earlier holder can change the object from
   * then on: the value is still true when it is written back. 1 GET, and 1 PUT the first time under a fence.
   */
  get(lease: Fenced, call?: CallOptions): Promise<FencedGetResult<T>>
  /** Writes the value: 1 GET and 1 PUT. */
  put(value: T, lease: Fenced, call?: CallOptions): Promise<FencedPutResult>
}

/** The options of {@link createFencedValue}. */
export interface FencedValueOptions {
  /** Source of nonces. @default the system's */
  readonly random?: Random
}

/**
 * @param key - the object, which only fenced values of this key may write
 * @throws LockError `INVALID_ARGUMENT` for a store that is none; StoreError `INVALID_KEY`; S3SchedError `INVALID_OPTIONS`
 * @example await createFencedValue<number>(store, 'totals.json').put(7, lease)
 */
export function createFencedValue<T>(
  store: ObjectStore,
  key: string,
  options: FencedValueOptions = {},
): FencedValue<T> {
  if (!STORE.accepts(store)) {
    throw new LockError(`expected a store, got ${describe(store)}`, {
      code: 'INVALID_ARGUMENT',
      suggestion: 'Open one by openStore of @s3sched/store',
    })
  }
  checkKey(key)
  const { random = systemRandom } = resolveOptions('createFencedValue', OPTIONS_SPEC, options)
  return new StoredFencedValue<T>(store, key, random)
}

const STORE = having<ObjectStore>('a store', 'get', 'put')
const OPTIONS_SPEC = { random: optional(having<Random>('a Random', 'id')) }

/** Contents of the object: the value, and the highest fence of any read or write. `value` may be absent. */
interface Contents {
  readonly fence: number
  readonly value: unknown
  readonly condition: PutCondition
}

class StoredFencedValue<T> implements FencedValue<T> {
  readonly #store: ObjectStore
  readonly #key: string
  readonly #random: Random

  constructor(store: ObjectStore, key: string, random: Random) {
    this.#store = store
    this.#key = key
    this.#random = random
  }

  async put(value: T, lease: Fenced, call?: CallOptions): Promise<FencedPutResult> {
    checkFence(lease)
    checkValue(value)
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.#read(call)
      if (found.fence > lease.fence) return { outcome: 'stale', fence: found.fence }
      lease.check?.()
      if (await this.#write({ ...found, fence: lease.fence, value }, call)) return { outcome: 'written' }
    }
    throw this.#undecided()
  }

  async get(lease: Fenced, call?: CallOptions): Promise<FencedGetResult<T>> {
    checkFence(lease)
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.#read(call)
      if (found.fence > lease.fence) return { outcome: 'stale', fence: found.fence }
      lease.check?.()
      const isMarked = found.fence === lease.fence
      if (isMarked || (await this.#write({ ...found, fence: lease.fence }, call))) {
        return found.value === undefined ? { outcome: 'missing' } : { outcome: 'found', value: found.value as T }
      }
    }
    throw this.#undecided()
  }

  async #read(call: CallOptions | undefined): Promise<Contents> {
    const got = await readDocument(this.#store, this.#key, call)
    if (got.outcome !== 'found') {
      if (got.outcome === 'unreadable') throw this.#unreadable(got.problem)
      return { fence: 0, value: undefined, condition: { ifAbsent: true } }
    }
    const { fence, value } = got.fields
    if (!isFence(fence)) throw this.#unreadable('it has no fence')
    return { fence, value, condition: { ifMatch: got.etag } }
  }

  /**
   * `false`: the object has changed, or the outcome is unknown; read again. Writing the same value twice does no harm.
   */
  async #write({ fence, value, condition }: Contents, call: CallOptions | undefined): Promise<boolean> {
    const body = encodeDocument({ fence, value }, this.#random.id())
    const put = await this.#store.put(this.#key, body, { ...call, condition })
    return put.outcome === 'written'
  }

  #undecided(): LockError {
    return new LockError(`${this.#key} in ${this.#store.description} could not be written in ${MOST_TRIES} tries`, {
      code: 'UNDECIDED',
      retriable: true,
      suggestion:
        'Either many others change it at this moment, or the store refuses conditional writes that it should accept',
      context: { key: this.#key },
    })
  }

  #unreadable(problem: string): LockError {
    return new LockError(`${this.#key} in ${this.#store.description} is not a fenced value: ${problem}`, {
      code: 'UNREADABLE',
      suggestion: 'Use a key that only fenced values write',
      context: { key: this.#key },
    })
  }
}

/**
 * A fence that cannot be compared, such as NaN, would let a write past newer fences, and leave an unreadable object.
 */
function checkFence(lease: unknown): void {
  const fence = (lease as Partial<Fenced> | null | undefined)?.fence
  if (isFence(fence)) return
  throw new LockError(`expected lease.fence to be an integer >= 1, got ${describe(fence)}`, {
    code: 'INVALID_ARGUMENT',
    suggestion: "Pass the lease itself, or the fence of an action's context",
  })
}

/** A function or `undefined` would be written as no value at all, and read as missing. */
function checkValue(value: unknown): void {
  try {
    if (JSON.stringify(value) !== undefined) return
  } catch (cause) {
    throw invalidValue(value, cause)
  }
  throw invalidValue(value)
}

function invalidValue(value: unknown, cause?: unknown): LockError {
  return new LockError(`expected the value to be JSON, got ${describe(value)}`, {
    code: 'INVALID_ARGUMENT',
    ...(cause === undefined ? {} : { cause }),
  })
}

function isFence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}
