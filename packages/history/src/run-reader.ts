import { readDocument, type CallOptions, type ObjectStore } from '@s3sched/store'
import { decodeRun, unreadableRun, type RunRecord } from './run-record.ts'
import type { TimelineEntry } from './run-scan.ts'

/**
 * The record behind an entry: 1 GET. `undefined` when it was deleted since; one whose body makes no sense is returned
 * with what its key tells and an error `UnreadableRecord`, so that one bad object can't hide the others.
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
