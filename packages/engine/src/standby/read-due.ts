import type { RecordCache } from '@s3sched/jobs/bucket'
import type { SignSightings } from '../runs/sign-sightings.ts'

export interface ReadDueDeps {
  readonly records: Pick<RecordCache, 'look' | 'peek'>
  readonly sightings: SignSightings
}

/** Brings the records of the due jobs up to date: 1 conditional GET for each page. @throws StoreError */
export async function readDue(
  { records, sightings }: ReadDueDeps,
  due: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await records.look(due, signal)
  for (const name of due) sightings.see(name, records.peek(name)?.running ?? [])
}
