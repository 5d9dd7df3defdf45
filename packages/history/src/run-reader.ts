import { readDocument, type CallOptions, type ObjectStore } from '@s3sched/store'
import { decodeRun, unreadableRun, type RunRecord } from './run-record.ts'
import type { StoredEntry } from './run-scan.ts'

/**
 * The record of an entry: 1 GET. `undefined` when the record was deleted since. A record with an unreadable body is
 * returned with the data of the key and an error `UnreadableRecord`, so that a bad object cannot hide other records.
 */
export async function readRun(
  store: ObjectStore,
  entry: StoredEntry,
  { signal, timeoutMs }: CallOptions,
): Promise<RunRecord | undefined> {
  const { key, wasLost, ...known } = entry
  const read = await readDocument(store, key, { signal, timeoutMs })
  if (read.outcome === 'missing' || read.outcome === 'unchanged') return undefined
  const run =
    read.outcome === 'unreadable'
      ? unreadableRun(known, read.problem)
      : (decodeRun(read.fields, known) ?? unreadableRun(known, 'its fields are not those of a run'))
  return wasLost === undefined ? run : { ...run, wasLost }
}
