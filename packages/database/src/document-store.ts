import { mapParallel, fullJitter, type Clock, type Logger, type Random } from '@s3sched/kernel'
import { encodeDocument, listAll, readDocument, type ObjectStore } from '@s3sched/store'
import { DatabaseError } from './database-error.ts'
import { idToSegment, segmentToId } from './document-id.ts'
import type { Partitions } from './partition.ts'
import { entriesFor, entryKeysMissingIn } from './partition-index.ts'
import type { JsonObject } from './plain-json.ts'
import { documentOf, fieldsOf, type StoredDocument } from './stored-document.ts'

/**
 * The documents of one resource, one object per document, written only by compare-and-swap.
 *
 * A change is a function of the current document. The store reads the document, applies the change, and writes on the
 * condition that nobody wrote in between; after a conflict the read and the change are repeated, so no update is ever
 * lost. A write with a lost answer may be reported as a conflict although the write landed and was then replaced. Every
 * document therefore remembers its last writes: a writer that finds its own write among them is done, and does not
 * apply the change twice. When the store cannot tell the outcome of a write, `UNKNOWN_OUTCOME` is thrown and nothing is
 * guessed.
 */
export interface DocumentStore {
  /** 1 GET. */
  read(id: string): Promise<StoredDocument | undefined>
  /**
   * The existing documents among `ids`, in that order: 1 GET each, `parallelism` at a time. An unreadable object hides
   * only itself.
   * @param onUnreadable - called with the id of every unreadable object
   */
  readMany(ids: readonly string[], onUnreadable?: (id: string) => void): Promise<StoredDocument[]>
  /** All ids, or the first `limit`, in the order of their escaped bytes: 1 LIST per 1,000. */
  ids(limit?: number): Promise<string[]>
  change(id: string, decide: Decide, options?: ChangeOptions): Promise<Changed>
  /** True when the document existed. 1 GET, 1 DELETE, and 1 more DELETE for a document with partition entries. */
  remove(id: string): Promise<boolean>
}

/**
 * Returns the attributes to write, or `undefined` to leave the document unchanged. Throws to give up. May be called
 * again.
 */
export type Decide = (current: StoredDocument | undefined) => JsonObject | undefined

export interface ChangeOptions {
  /** Begins with a create-if-absent instead of a read: right for a document that is expected to be new. */
  readonly expectMissing?: boolean
}

export interface Changed {
  readonly before: StoredDocument | undefined
  readonly after: StoredDocument | undefined
}

export interface DocumentStoreDeps {
  /** The part of the store below `resources/<name>/`. */
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export interface DocumentStoreOptions {
  readonly resource: string
  readonly partitions: Partitions
  readonly parallelism: number
  readonly maxAttempts: number
}

const PREFIX = 'documents/'
const ENDING = '.json'
const BACKOFF = { baseMs: 10, maxMs: 1000 } as const
const NOTHING = new Uint8Array()

type Found = { readonly document: StoredDocument; readonly etag: string } | undefined

type Attempt =
  | { readonly outcome: 'written'; readonly document: StoredDocument }
  | { readonly outcome: 'conflict'; readonly now: Found }

export function createDocumentStore(deps: DocumentStoreDeps, options: DocumentStoreOptions): DocumentStore {
  const { store, clock, random, logger } = deps
  const { resource, partitions, parallelism, maxAttempts } = options

  const find = async (id: string): Promise<Found> => {
    const key = keyOf(id)
    const got = await readDocument(store, key)
    if (got.outcome === 'missing' || got.outcome === 'unchanged') return undefined
    const read = got.outcome === 'found' ? documentOf(got.fields, got.nonce) : got
    if (read.outcome === 'document' && read.document.id === id) return { document: read.document, etag: got.etag }
    const problem = read.outcome === 'document' ? `it is a copy of '${read.document.id}'` : read.problem
    throw new DatabaseError(`document '${id}' of resource '${resource}' can't be read: ${problem}`, {
      code: 'UNREADABLE',
      suggestion: `Look at the object ${key} of ${store.description}; delete() removes it`,
      context: { resource, id },
    })
  }

  /** One attempt. After a conflict, `now` is the present document. */
  const write = async (id: string, attributes: JsonObject, found: Found): Promise<Attempt> => {
    const nonce = random.id()
    const current = found?.document
    const entries = entriesFor(partitions, attributes, nonce, current?.entries ?? {})
    const next: StoredDocument = { id, attributes, entries, writes: [nonce, ...(current?.writes ?? [])] }
    const added = entryKeysMissingIn(id, entries, current?.entries ?? {})
    await mapParallel(added, parallelism, (key) => store.put(key, NOTHING))
    const put = await store.put(keyOf(id), encodeDocument(fieldsOf(next), nonce), {
      condition: found === undefined ? { ifAbsent: true } : { ifMatch: found.etag },
    })
    if (put.outcome === 'unknown') throw unknownOutcome(id, put.cause)
    const now = put.outcome === 'conflict' ? await findAfterConflict(id) : undefined
    if (put.outcome === 'conflict' && now?.document.writes.includes(nonce) !== true) {
      await tidy(id, entryKeysMissingIn(id, entries, { ...current?.entries, ...now?.document.entries }))
      return { outcome: 'conflict', now }
    }
    await tidy(id, entryKeysMissingIn(id, current?.entries ?? {}, entries))
    return { outcome: 'written', document: next }
  }

  /** The read tells whether the own write landed before the conflicting write; after a failed read nobody knows. */
  const findAfterConflict = async (id: string): Promise<Found> => {
    try {
      return await find(id)
    } catch (error) {
      throw unknownOutcome(id, error)
    }
  }

  /** A superfluous entry costs a reader one GET and misleads nobody, so a landed change does not fail because of it. */
  const tidy = async (id: string, entries: readonly string[]): Promise<void> => {
    if (entries.length === 0) return
    try {
      await store.delete(entries)
    } catch (error) {
      logger.warn('partition entries that are no longer needed could not be deleted', { resource, id, entries, error })
    }
  }

  const unknownOutcome = (id: string, cause: unknown): DatabaseError =>
    new DatabaseError(`the store did not say whether document '${id}' of resource '${resource}' was written`, {
      code: 'UNKNOWN_OUTCOME',
      suggestion: 'Read the document to find out before you try again',
      context: { resource, id },
      cause,
    })

  const change: DocumentStore['change'] = async (id, decide, { expectMissing = false } = {}) => {
    let found = expectMissing ? undefined : await find(id)
    for (let attempt = 1; ; attempt++) {
      const before = found?.document
      const attributes = decide(before)
      if (attributes === undefined) return { before, after: before }
      const written = await write(id, attributes, found)
      if (written.outcome === 'written') return { before, after: written.document }
      if (attempt === maxAttempts) throw tooManyConflicts(id)
      await clock.sleep(fullJitter(attempt, BACKOFF, random))
      // At the first conflict the last read is fresh enough; at further conflicts another read saves an attempt.
      found = attempt === 1 ? written.now : await find(id)
    }
  }

  const tooManyConflicts = (id: string): DatabaseError =>
    new DatabaseError(`others changed document '${id}' of resource '${resource}' at each of ${maxAttempts} attempts`, {
      code: 'CONFLICT',
      retriable: true,
      suggestion: 'Try again, or let fewer writers change one document',
      context: { resource, id },
    })

  return {
    read: async (id) => (await find(id))?.document,
    readMany: async (ids, onUnreadable) => {
      const found = await mapParallel(ids, parallelism, async (id) => {
        try {
          return await find(id)
        } catch (error) {
          if (!(error instanceof DatabaseError) || error.code !== 'UNREADABLE') throw error
          logger.warn('a document is left out', { resource, id, error })
          onUnreadable?.(id)
          return undefined
        }
      })
      return found.flatMap((each) => (each === undefined ? [] : [each.document]))
    },
    ids: async (limit) => {
      const listed = await listAll(store, PREFIX, limit === undefined ? {} : { limit })
      return listed.flatMap(({ key }) => idOf(key) ?? [])
    },
    change,
    remove: async (id) => {
      const key = keyOf(id)
      const got = await readDocument(store, key)
      if (got.outcome === 'missing' || got.outcome === 'unchanged') return false
      await store.delete(key)
      const read = got.outcome === 'found' ? documentOf(got.fields, got.nonce) : got
      if (read.outcome === 'document') await tidy(id, entryKeysMissingIn(id, read.document.entries, {}))
      return true
    },
  }
}

function keyOf(id: string): string {
  return `${PREFIX}${idToSegment(id)}${ENDING}`
}

/** `undefined` for foreign objects. */
function idOf(key: string): string | undefined {
  return key.endsWith(ENDING) ? segmentToId(key.slice(PREFIX.length, -ENDING.length)) : undefined
}
