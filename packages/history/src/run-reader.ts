import { readDocument, type CallOptions, type ObjectStore } from '@s3sched/store'
import { decodeRun, unreadableRun, type RunRecord } from './run-record.ts'
import type { TimelineEntry } from './run-scan.ts'

/**
 * The record of an entry: 1 GET. `undefined` when the record was deleted since. A record with an unreadable body is
 * returned with the data of the key and an error `UnreadableRecord`, so that a bad object cannot hide other records.
 */
export async function readRun(
  store: ObjectStore,
  entry: TimelineEntry,
  { signal, timeoutMs }: CallOptions,
): Promise<RunRecord | undefined> {
  const { key, ...known } = entry
  const read = await readDocument(store, key, { signal, timeoutMs })
  if (read.outcome === 'missing' || read.outcome === 'unchanged') return undefined
  if (read.outcome === 'unreadable') return unreadableRun(known, read.problem)
  return decodeRun(read.fields, known) ?? unreadableRun(known, 'its fields are not those of a run')
}
