import { mapParallel } from '@s3sched/kernel'
import type { ListedObject, ObjectStore } from '@s3sched/store'
import type { DocumentStore } from './document-store.ts'
import { partitionValue, type Partitions } from './partition.ts'
import { orphanedEntries } from './partition-index.ts'
import type { StoredDocument } from './stored-document.ts'

/**
 * An entry is put before its document is written, so a young one may belong to a write that is under way. No write takes this
 * long: the store gives up after seconds. Both instants are the store's.
 */
const SETTLED_AFTER_MS = 60 * 60 * 1000

/**
 * Rewrites the documents whose partition entries are not what their attributes say, then deletes entries that no
 * document refers to. Safe beside any other work: a document is rewritten by the same compare-and-swap as every change.
 */
export async function reindexDocuments(
  store: ObjectStore,
  documents: DocumentStore,
  partitions: Partitions,
  parallelism: number,
): Promise<{ readonly indexed: number; readonly removed: number }> {
  // Listed before the documents are read, so that what they refer to then is never taken for left over.
  const { entries, now } = await listEntries(store)
  const unreadable = new Set<string>()
  const found = await documents.readMany(await documents.ids(), (id) => unreadable.add(id))
  const stale = found.filter((document) => !isIndexed(document, partitions))
  await mapParallel(stale, parallelism, ({ id }) => documents.change(id, (current) => current?.attributes))
  const orphans = orphanedEntries(entries, found, unreadable).filter(
    ({ lastModified }) => now - lastModified > SETTLED_AFTER_MS,
  )
  if (orphans.length > 0) await store.delete(orphans.map(({ key }) => key))
  return { indexed: stale.length, removed: orphans.length }
}

function isIndexed({ attributes, entries }: StoredDocument, partitions: Partitions): boolean {
  return Object.entries(partitions).every(([name, partition]) => {
    const value = partitionValue(partition, attributes)
    return (Object.hasOwn(entries, name) ? entries[name]?.value : undefined) === value
  })
}

/** With the store's own time; where it does not say it, the newest entry stands for it, which is on the safe side. */
async function listEntries(store: ObjectStore): Promise<{ readonly entries: ListedObject[]; readonly now: number }> {
  const entries: ListedObject[] = []
  let now = 0
  for await (const { objects, serverTime } of store.list('partitions/')) {
    entries.push(...objects)
    now = serverTime ?? objects.reduce((latest, { lastModified }) => Math.max(latest, lastModified), now)
  }
  return { entries, now }
}
