import { describe } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { isPlainObject, type JsonObject } from './plain-json.ts'

/** The entry of a document in a partition: the document's value there, and the write that created the entry. */
export interface PartitionEntry {
  readonly value: string
  /** Unique per write, so that a writer that replaces an entry cannot delete a newer entry of another writer. */
  readonly token: string
}

export type PartitionEntries = Readonly<Record<string, PartitionEntry>>

/** A document as stored in the bucket. */
export interface StoredDocument {
  readonly id: string
  readonly attributes: JsonObject
  readonly entries: PartitionEntries
  /** The nonces of this write and of earlier writes, newest first: a writer can tell whether its own write landed. */
  readonly writes: readonly string[]
}

/**
 * Number of writes that a document remembers. A writer with a lost answer recognises its write among them, unless more
 * writes than this landed between the write and the writer's next read, a second later at most.
 */
const REMEMBERED_WRITES = 8

export type ReadFields =
  | { readonly outcome: 'document'; readonly document: StoredDocument }
  | { readonly outcome: 'unreadable'; readonly problem: string }

/** Parses the fields of {@link fieldsOf}, from an object of unknown origin. */
export function documentOf(fields: Fields, nonce: string): ReadFields {
  const { id, attributes, entries = {}, writes = [] } = fields
  if (typeof id !== 'string') return { outcome: 'unreadable', problem: `it has no id (it is ${describe(id)})` }
  if (!isPlainObject(attributes)) {
    return { outcome: 'unreadable', problem: `it has no attributes (they are ${describe(attributes)})` }
  }
  if (!isPlainObject(entries) || !Object.values(entries).every(isEntry)) {
    return { outcome: 'unreadable', problem: `its partition entries are ${describe(entries)}` }
  }
  if (!Array.isArray(writes) || !writes.every((write) => typeof write === 'string')) {
    return { outcome: 'unreadable', problem: `its writes are ${describe(writes)}` }
  }
  const document = {
    id,
    attributes: attributes as JsonObject,
    entries: entries as PartitionEntries,
    writes: [nonce, ...writes],
  }
  return { outcome: 'document', document }
}

/** The body of a document. The newest write, `writes[0]`, is left out, because it is the nonce. */
export function fieldsOf({ id, attributes, entries, writes }: StoredDocument): Fields {
  return { id, attributes, entries, writes: writes.slice(1, REMEMBERED_WRITES) }
}

function isEntry(entry: unknown): boolean {
  return isPlainObject(entry) && typeof entry['value'] === 'string' && typeof entry['token'] === 'string'
}
