/**
 * The port on which everything of s3sched rests: flat keys, immutable bodies, and one conditional write.
 *
 * Outcomes that a caller must plan for are values; exceptions ({@link StoreError}) are for the rest. The outcome of a
 * conditional write is always true: `written` and `conflict` are facts, and what could not be found out is `unknown`.
 *
 * Reads and lists are strongly consistent: they see every write that was answered before they were sent.
 */
export interface ObjectStore {
  /** Where this is, for people. Never holds a secret. */
  readonly description: string

  /** One object. With `ifNoneMatch`, an object that still has that ETag is `unchanged` and costs no body. */
  get(key: string, options?: GetOptions): Promise<GetResult>

  /**
   * Writes one object, whole. Without a condition it overwrites, and any failure throws.
   *
   * With a condition the driver resolves an unclean answer by itself: it reads the object back and compares the bytes,
   * which is why **the body of a conditional write must be unique to it** (put a nonce in it, see `encodeDocument`).
   *
   * @throws {@link StoreError} `TOO_LARGE` above `MAX_BODY_BYTES`, before any request
   */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<PutResult>

  /** Deletes one or many objects. What does not exist is not an error. */
  delete(keys: string | readonly string[], options?: CallOptions): Promise<void>

  /**
   * The objects whose keys begin with `prefix`, in the order of their UTF-8 bytes, a page (one request) at a time. An object
   * that no call could name, such as the empty `folder/` that many tools make, is left out.
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListPage>

  /** Releases connections. Every later call throws `CLOSED`. Closing twice is fine. */
  close(): Promise<void>
}

export interface CallOptions {
  /** Gives up at once; the call throws `signal.reason`. A write that was under way may still land. */
  readonly signal?: AbortSignal | undefined
  /** Bound of the whole call in ms, with every try and read-back in it; of each page of a list. @default 10000 */
  readonly timeoutMs?: number | undefined
}

export interface GetOptions extends CallOptions {
  readonly ifNoneMatch?: string | undefined
}

export interface PutOptions extends CallOptions {
  readonly condition?: PutCondition | undefined
}

export interface ListOptions extends CallOptions {
  /** Only keys greater than this one. It need not exist, and need not begin with the prefix. */
  readonly startAfter?: string | undefined
  /** At most this many objects in all, over all pages. */
  readonly limit?: number | undefined
}

/** Write only if no object has the key, or only if it still has the ETag. */
export type PutCondition = { readonly ifAbsent: true } | { readonly ifMatch: string }

/** The server's own clock at the answer, epoch ms, where it says it. S3 says it in whole seconds, cut off. */
interface Answered {
  readonly serverTime?: number | undefined
}

export interface FoundObject extends Answered {
  readonly outcome: 'found'
  readonly body: Uint8Array
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified?: number | undefined
}

/** An object above `MAX_BODY_BYTES`, which only somebody else can have written. Its body was not read. */
export interface TooLargeObject extends Answered {
  readonly outcome: 'too-large'
  /** At least. */
  readonly bytes: number
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified?: number | undefined
}

export type GetResult =
  | FoundObject
  | TooLargeObject
  | ({ readonly outcome: 'unchanged' } & Answered)
  | ({ readonly outcome: 'missing' } & Answered)

/**
 * - `written`: the object holds these bytes, or held them before somebody else's later write.
 * - `conflict`: the condition was not met, so the object holds something else. A caller whose own earlier write may
 *   have been replaced in between finds out by what the object now says.
 * - `unknown`: it could not be found out in time. The write may have landed, may land later, or may never. Trouble that would
 *   be retried, such as a network that is down, is `unknown` at the end of the call's time and does not throw.
 */
export type PutResult =
  | ({ readonly outcome: 'written'; readonly etag: string } & Answered)
  | ({ readonly outcome: 'conflict' } & Answered)
  | { readonly outcome: 'unknown'; readonly cause: unknown }

export interface ListedObject {
  readonly key: string
  readonly etag: string
  /** By the server's clock, epoch ms. */
  readonly lastModified: number
  /** Bytes. */
  readonly size: number
}

export interface ListPage extends Answered {
  readonly objects: readonly ListedObject[]
}
