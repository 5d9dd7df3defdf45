import { mapParallel } from '@s3sched/kernel'
import type { ListedObject, ObjectStore } from '@s3sched/store'
import type { DocumentStore } from './document-store.ts'
import { partitionValue, type Partitions } from './partition.ts'
import { orphanedEntries } from './partition-index.ts'
import type { StoredDocument } from './stored-document.ts'

/**
 * Age at which an entry without a document counts as superfluous, ms. An entry is put before its document is written,
 * so a young entry may belong to a pending write. No write takes this long: the store gives up after seconds. Both
 * instants are the store's.
 */
const SETTLED_AFTER_MS = 60 * 60 * 1000

/**
 * Rewrites the documents whose partition entries differ from their attributes, then deletes the entries without a
 * document. Safe beside any other work: a rewrite uses the same compare-and-swap as every change.
 */
export async function reindexDocuments(
  store: ObjectStore,
  documents: DocumentStore,
  partitions: Partitions,
  parallelism: number,
): Promise<{ readonly indexed: number; readonly removed: number }> {
  // Listed before the documents are read, so that an entry of a write in between cannot be taken for superfluous.
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

/**
 * Lists the entries with the store's own time. Without a time from the store, the newest entry's time is used, which is
 * safe.
 */
async function listEntries(store: ObjectStore): Promise<{ readonly entries: ListedObject[]; readonly now: number }> {
  const entries: ListedObject[] = []
  let now = 0
  for await (const { objects, serverTime } of store.list('partitions/')) {
    entries.push(...objects)
    now = serverTime ?? objects.reduce((latest, { lastModified }) => Math.max(latest, lastModified), now)
  }
  return { entries, now }
}
