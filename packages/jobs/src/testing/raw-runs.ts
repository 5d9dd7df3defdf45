/** The history of a bucket, as a person or another program would change it. For tests. */
import { recordRuns, type RunRecord } from '@s3sched/history'
import { pageOutcome } from '@s3sched/history/segments'
import type { ObjectStore } from '@s3sched/store'
import { segmentPageOf } from '../bucket/live-outcomes.ts'
import { rawLedger } from './raw-records.ts'

/** Puts runs into the history, as the first page leaves them after a flush. */
export async function putRuns(store: ObjectStore, runs: readonly RunRecord[]): Promise<void> {
  const ledger = rawLedger(store)
  // The readers look for segments of pages that exist.
  await ledger.sign('')
  await ledger.close()
  await recordRuns(store, runs, { page: segmentPageOf('') })
}

/** Takes the outcome of a run that no flush has moved yet out of its page. */
export async function dropRun(store: ObjectStore, run: RunRecord): Promise<void> {
  const ledger = rawLedger(store)
  await ledger.dropEntries(ledger.pageOf(run.job), [pageOutcome(run).id])
  await ledger.close()
}
