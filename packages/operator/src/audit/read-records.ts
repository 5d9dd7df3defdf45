import type { RunHistory } from '@s3sched/history'
import { silentLogger, systemClock, systemRandom } from '@s3sched/kernel'
import { createRunHistory, openJobPages, type JobRecord } from '@s3sched/jobs'
import { ServerClock, timeStore, type ObjectStore } from '@s3sched/store'

/** A job's record, or the reason why it can't be read. */
export type ReadRecord = { readonly record: JobRecord } | { readonly problem: string }

export interface ReadRecords {
  /** By name. Records without a valid job name are foreign, and have a problem. */
  readonly records: ReadonlyMap<string, ReadRecord>
  /** An instant before the read of the records, by the store's clock as far as known; epoch ms. */
  readonly now: number
  readonly history: RunHistory
}

/** Reads all job records as of one moment: 1 LIST, and 2 GET for each page, one of them conditional. */
export async function readRecords(opened: ObjectStore, signal: AbortSignal | undefined): Promise<ReadRecords> {
  const clock = systemClock
  const serverClock = new ServerClock(clock)
  const store = timeStore(opened, serverClock, clock)
  const pages = openJobPages({ store, clock, random: systemRandom }, {})
  for await (const _ of pages.pages()) signal?.throwIfAborted()
  // The store's clock is known only now, and the records must not be older than this instant.
  const now = serverClock.lowerBound() ?? clock.now()
  await pages.look()
  signal?.throwIfAborted()
  const records = new Map<string, ReadRecord>()
  for (const page of pages.knownPages()) {
    for (const [name, decoded] of page.records()) {
      records.set(
        name,
        decoded.outcome === 'read'
          ? { record: decoded.record }
          : { problem: `its record can't be read: ${decoded.problem}` },
      )
    }
  }
  return { records, now, history: createRunHistory({ store, ledger: pages, clock, logger: silentLogger }) }
}
