import { listAll, type ListedObject, type ObjectStore } from '@s3sched/store'
import { idToSegment, segmentToId } from './document-id.ts'
import { partitionValue, type Partitions } from './partition.ts'
import type { JsonObject } from './plain-json.ts'
import type { PartitionEntries, StoredDocument } from './stored-document.ts'

/**
 * The index of a resource's partitions: one empty object per document and partition, with the value in its key.
 *
 * There is no transaction over several objects, so the index is a hint that never misses a document. A writer first
 * puts the entries of the new document, then writes the document by compare-and-swap, and then deletes the entries of
 * the replaced document. The name of an entry contains the write that put the entry, and the entries of a replaced
 * document are deleted only by the write that replaced it. So every document always has its entries, in any
 * interleaving of writers and after a crash at any point. A crash leaves at most superfluous entries. A reader
 * therefore reads every document, and trusts only the document.
 */
export function entriesFor(
  partitions: Partitions,
  attributes: JsonObject,
  token: string,
  current: PartitionEntries,
): PartitionEntries {
  // Partitions of other definitions keep their entries: two versions of an application may run at the same time.
  const entries: Record<string, PartitionEntries[string]> = { ...current }
  for (const [name, partition] of Object.entries(partitions)) {
    const value = partitionValue(partition, attributes)
    if (value === undefined) {
      delete entries[name]
      continue
    }
    const present = Object.hasOwn(current, name) ? current[name] : undefined
    entries[name] = present?.value === value ? present : { value, token }
  }
  return entries
}

/** The keys of the entries in `some` that are not in `others`. */
export function entryKeysMissingIn(id: string, some: PartitionEntries, others: PartitionEntries): string[] {
  return Object.entries(some)
    .filter(([name, entry]) => !Object.hasOwn(others, name) || others[name]?.token !== entry.token)
    .map(([name, { value, token }]) => `${partitionPrefix(name, value)}${idToSegment(id)}~${token}`)
}

/** Prefix of all entries with one value of a partition, below the resource's own prefix. */
function partitionPrefix(name: string, value: string): string {
  return `partitions/${name}/${value}/`
}

/** The ids that may be in a part of a partition: some documents may have moved. 1 LIST per 1,000 entries. */
export async function listPartition(store: ObjectStore, name: string, value: string): Promise<string[]> {
  const prefix = partitionPrefix(name, value)
  const ids = new Set<string>()
  for (const { key } of await listAll(store, prefix)) {
    const id = segmentToId(key.slice(prefix.length).split('~')[0] ?? '')
    if (id !== undefined) ids.add(id)
  }
  return [...ids]
}

/** The entries without a document that refers to them. */
export function orphanedEntries(
  listed: readonly ListedObject[],
  documents: readonly StoredDocument[],
  unreadable: ReadonlySet<string>,
): ListedObject[] {
  const referred = new Set(documents.flatMap(({ id, entries }) => entryKeysMissingIn(id, entries, {})))
  // The references of an unreadable document are not known.
  const isKept = (key: string): boolean => unreadable.has(segmentToId(key.split('/').at(-1)?.split('~')[0] ?? '') ?? '')
  return listed.filter(({ key }) => !referred.has(key) && !isKept(key))
}
