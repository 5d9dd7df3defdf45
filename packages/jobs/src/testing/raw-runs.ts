/** The history of a bucket, as a person or another program would change it. For tests. */
import { mapParallel, systemRandom } from '@s3sched/kernel'
import type { RunRecord } from '@s3sched/history'
import { flushPage, pageOutcome, prepareOutcome } from '@s3sched/history/segments'
import type { ObjectStore } from '@s3sched/store'
import { segmentPageOf } from '../bucket/live-outcomes.ts'
import { rawLedger } from './raw-records.ts'

const AT_ONCE = 64

/** Puts runs into the history, as the first page leaves them after a flush. */
export async function putRuns(store: ObjectStore, runs: readonly RunRecord[]): Promise<void> {
  const ledger = rawLedger(store)
  // The readers look for segments of pages that exist.
  await ledger.sign('')
  await ledger.close()
  const outcomes = await mapParallel(runs, AT_ONCE, (run) => prepareOutcome({ store, random: systemRandom }, run))
  await flushPage(store, { page: segmentPageOf(''), outcomes })
}

/** Takes the outcome of a run that no flush has moved yet out of its page. */
export async function dropRun(store: ObjectStore, run: RunRecord): Promise<void> {
  const ledger = rawLedger(store)
  await ledger.dropEntries(ledger.pageOf(run.job), [pageOutcome(run).id])
  await ledger.close()
}
