import { listAll, type ListedObject, type ObjectStore } from '@s3sched/store'
import { idToSegment, segmentToId } from './document-id.ts'
import { partitionValue, type Partitions } from './partition.ts'
import type { JsonObject } from './plain-json.ts'
import type { PartitionEntries, StoredDocument } from './stored-document.ts'

/**
 * The index of a resource's partitions: one empty object for each document and partition, whose key says the value.
 *
 * There is no transaction over several objects, so the index is a hint that never misses: whoever writes a document
 * first puts the entries of what it is going to be, then writes the document by compare-and-swap, then deletes the entries
 * of what it replaced. An entry is named after the write that put it, and only the write that replaced a document
 * deletes the entries of the one it replaced; so every document always has its entries, however writers interleave and wherever
 * one dies. What dies in between leaves an entry too many. A reader therefore looks at each document and believes that.
 */
export function entriesFor(
  partitions: Partitions,
  attributes: JsonObject,
  token: string,
  current: PartitionEntries,
): PartitionEntries {
  // A partition that only another definition has keeps its entries: two versions of an application may be at work at a time.
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

/** The keys of those entries of `some` that are not in `others`. */
export function entryKeysMissingIn(id: string, some: PartitionEntries, others: PartitionEntries): string[] {
  return Object.entries(some)
    .filter(([name, entry]) => !Object.hasOwn(others, name) || others[name]?.token !== entry.token)
    .map(([name, { value, token }]) => `${partitionPrefix(name, value)}${idToSegment(id)}~${token}`)
}

/** Everything of one value of a partition; below the resource's own prefix. */
function partitionPrefix(name: string, value: string): string {
  return `partitions/${name}/${value}/`
}

/** The ids that a partition may hold: some of them may have moved on. 1 LIST per 1,000 entries. */
export async function listPartition(store: ObjectStore, name: string, value: string): Promise<string[]> {
  const prefix = partitionPrefix(name, value)
  const ids = new Set<string>()
  for (const { key } of await listAll(store, prefix)) {
    const id = segmentToId(key.slice(prefix.length).split('~')[0] ?? '')
    if (id !== undefined) ids.add(id)
  }
  return [...ids]
}

/** The entries that no document refers to. */
export function orphanedEntries(
  listed: readonly ListedObject[],
  documents: readonly StoredDocument[],
  unreadable: ReadonlySet<string>,
): ListedObject[] {
  const referred = new Set(documents.flatMap(({ id, entries }) => entryKeysMissingIn(id, entries, {})))
  // What a document that can't be read refers to is not known.
  const isKept = (key: string): boolean => unreadable.has(segmentToId(key.split('/').at(-1)?.split('~')[0] ?? '') ?? '')
  return listed.filter(({ key }) => !referred.has(key) && !isKept(key))
}
