import type { ByteRange } from './byte-range.ts'
import type { ClockStep } from './server-clock/age-of.ts'
import type { StoreError } from './store-error.ts'

/**
 * The storage port of s3sched: flat keys, immutable bodies, and one conditional write.
 *
 * Expected outcomes are values; exceptions ({@link StoreError}) are for the rest. The outcome of a conditional write is
 * always true: `written` and `conflict` are facts, and an outcome that could not be determined is `unknown`.
 *
 * Reads and lists are strongly consistent: a read or list sees every write that was answered before the request was
 * sent.
 */
export interface ObjectStore {
  /** The place of the store, for people. Never holds a secret. */
  readonly description: string

  /**
   * One object, or a range of its bytes. With `ifNoneMatch`, an object with the same ETag is `unchanged` and costs no
   * body.
   * @throws {@link StoreError} `INVALID_RANGE` for an object that ends before the range
   */
  get(key: string, options?: GetOptions): Promise<GetResult>

  /**
   * Writes one whole object. Without a condition the write overwrites, and any failure throws.
   *
   * With a condition the driver resolves an unclean answer by itself: the driver reads the object back and compares the
   * bytes. So **the body of a conditional write must be unique to the write** (put a nonce in the body, see
   * `encodeDocument`).
   *
   * @throws {@link StoreError} `TOO_LARGE` above `MAX_BODY_BYTES`, and `INVALID_CONDITION` for a condition without an ETag,
   *   both before any request
   */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<PutResult>

  /** Deletes one or many objects. A missing object is not an error. */
  delete(keys: string | readonly string[], options?: CallOptions): Promise<void>

  /**
   * The objects whose keys begin with `prefix`, in the order of their UTF-8 bytes, a page (one request) at a time. An
   * object with an invalid key, such as the empty `folder/` of many tools, is left out.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListPage>

  /** Releases connections. Every later call throws `CLOSED`. Closing twice is fine. */
  close(): Promise<void>
}

/** The options of every call of a store. */
export interface CallOptions {
  /** Gives up at once; the call throws `signal.reason`. A write in progress may still land. */
  readonly signal?: AbortSignal | undefined
  /**
   * Bound of the whole call in ms, including all tries and read-backs; for a list, bound of one page.
   * @default 10000
   */
  readonly timeoutMs?: number | undefined
  /** Called with the failure of each try that may pass, before the next try. A store without tries never calls it. */
  readonly onTrouble?: ((error: StoreError) => void) | undefined
}

/** The options of a read. */
export interface GetOptions extends CallOptions {
  readonly ifNoneMatch?: string | undefined
  /**
   * Only these bytes. The ETag is still the whole object's. Ranges of an object that changes may belong to two states of
   * the object; compare the ETags.
   * @default the whole object
   */
  readonly range?: ByteRange | undefined
}

/** The options of a write. */
export interface PutOptions extends CallOptions {
  readonly condition?: PutCondition | undefined
}

/** The part of a listing to read. */
export interface ListOptions extends CallOptions {
  /** Only keys greater than this key. The key need not exist, and need not begin with the prefix. */
  readonly startAfter?: string | undefined
  /** The most objects in all, over all pages. */
  readonly limit?: number | undefined
}

/** Write only if no object has the key, or only if the object still has the ETag. */
export type PutCondition = { readonly ifAbsent: true } | { readonly ifMatch: string }

interface Answered {
  /** The server's own clock at the answer, epoch ms, if the server tells. S3 gives whole seconds, rounded down. */
  readonly serverTime?: number | undefined
  /** Set by `timeStore` alone, for reads and listings, after a step of the server's clock: see {@link ageOf}. */
  readonly step?: ClockStep | undefined
}

/** An object that was read. */
export interface FoundObject extends Answered {
  readonly outcome: 'found'
  readonly body: Uint8Array
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified?: number | undefined
}

/** An object, or a range, above `MAX_BODY_BYTES`. Its body was not read. */
export interface TooLargeObject extends Answered {
  readonly outcome: 'too-large'
  /** A lower bound. */
  readonly bytes: number
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified?: number | undefined
}

/** The result of a read; `unchanged` only for a read with `ifNoneMatch`. */
export type GetResult =
  | FoundObject
  | TooLargeObject
  | ({ readonly outcome: 'unchanged' } & Answered)
  | ({ readonly outcome: 'missing' } & Answered)

/**
 * - `written`: the object holds these bytes, or held these bytes before a later write of another writer.
 * - `conflict`: the condition was not met, so the object holds something else. A caller whose own earlier write may
 *   have been replaced in between can tell from the present content of the object.
 * - `unknown`: the outcome could not be determined in time. The write may have landed, may land later, or may never
 *   land. A retriable error, such as an unreachable network, is `unknown` at the end of the call's time and does not
 *   throw.
 */
export type PutResult =
  | ({ readonly outcome: 'written'; readonly etag: string } & Answered & Throttled)
  | ({ readonly outcome: 'conflict' } & Answered & Throttled)
  | ({ readonly outcome: 'unknown'; readonly cause: unknown } & Throttled)

/** True if the server asked for fewer requests (429, SlowDown) before this result. Absent otherwise. */
interface Throttled {
  readonly isThrottled?: true | undefined
}

/** An object in a listing. */
export interface ListedObject {
  readonly key: string
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified: number
  /** Bytes. */
  readonly size: number
}

/** A page of a listing, in the order of the keys. */
export interface ListPage extends Answered {
  readonly objects: readonly ListedObject[]
}

/** True for an open store, also of another loaded copy of this package: a store is known by its methods. */
export function isObjectStore(value: unknown): value is ObjectStore {
  if (typeof value !== 'object' || value === null) return false
  const methods = ['get', 'put', 'delete', 'list', 'close'] as const
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
}
