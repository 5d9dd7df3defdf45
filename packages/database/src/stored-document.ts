import { describe } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { isPlainObject, type JsonObject } from './plain-json.ts'

/** Where a document stands in a partition: its value there, and the write that put the entry. */
export interface PartitionEntry {
  readonly value: string
  /** Unique to one write, so that whoever replaces an entry can't delete the one that somebody else put since. */
  readonly token: string
}

export type PartitionEntries = Readonly<Record<string, PartitionEntry>>

/** A document as it is in the bucket. */
export interface StoredDocument {
  readonly id: string
  readonly attributes: JsonObject
  readonly entries: PartitionEntries
  /** The nonces of this write and of the ones before it, newest first: a writer finds out whether its own landed. */
  readonly writes: readonly string[]
}

/**
 * How many writes a document remembers. A writer whose answer was lost recognises its write among them, unless more
 * than these came between the write and its next look, a second later at most.
 */
const REMEMBERED_WRITES = 8

export type ReadFields =
  | { readonly outcome: 'document'; readonly document: StoredDocument }
  | { readonly outcome: 'unreadable'; readonly problem: string }

/** What {@link fieldsOf} wrote, from an object that anybody may have written. */
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

/** The body of a document whose newest write is `writes[0]`: that one is the nonce. */
export function fieldsOf({ id, attributes, entries, writes }: StoredDocument): Fields {
  return { id, attributes, entries, writes: writes.slice(1, REMEMBERED_WRITES) }
}

function isEntry(entry: unknown): boolean {
  return isPlainObject(entry) && typeof entry['value'] === 'string' && typeof entry['token'] === 'string'
}
