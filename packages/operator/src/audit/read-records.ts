import type { RunHistory } from '@s3sched/history'
import { silentLogger, systemRandom, type Clock } from '@s3sched/kernel'
import { createRunHistory, type JobPage, openJobPages, pageKeyOf } from '@s3sched/jobs/bucket'
import { ServerClock, timeStore, type ObjectStore } from '@s3sched/store'

export interface ReadRecords {
  /** All pages as of one moment. The records are parsed on request. */
  readonly pages: readonly JobPage[]
  /** Pages that can't be read, by the key of the object; the names of their jobs are not known. */
  readonly unreadable: readonly { readonly key: string; readonly problem: string }[]
  /** An instant before the read of the pages, by the store's clock as far as known; epoch ms. */
  readonly now: number
  readonly history: RunHistory
  /** The names of all jobs: 1 LIST, and 1 GET for each page that was not read yet. */
  readonly names: () => Promise<string[]>
}

export interface ReadRecordsOptions {
  readonly clock: Clock
  /** A single job, whose page is enough. */
  readonly only: string | undefined
  readonly signal: AbortSignal | undefined
}

/** Reads all job records as of one moment: 1 LIST, and 2 GET for each page, one of them conditional. */
export async function readRecords(
  opened: ObjectStore,
  { clock, only, signal }: ReadRecordsOptions,
): Promise<ReadRecords> {
  const serverClock = new ServerClock(clock)
  const store = timeStore(opened, serverClock, clock)
  const ledger = openJobPages({ store, clock, random: systemRandom }, {})
  const readAll = async (): Promise<void> => {
    for await (const _ of ledger.pages()) signal?.throwIfAborted()
  }
  await (only === undefined ? readAll() : ledger.get(only))
  // The store's clock is known only now, and the records must not be older than this instant.
  const now = Math.floor(serverClock.lowerBound() ?? clock.now())
  await ledger.look(only === undefined ? undefined : [ledger.pageOf(only)])
  signal?.throwIfAborted()
  return {
    pages: [...ledger.knownPages()],
    unreadable: [...ledger.unreadablePages()].map(([page, problem]) => ({ key: pageKeyOf(page), problem })),
    now,
    history: createRunHistory({ store, ledger, isFresh: true, clock, logger: silentLogger }),
    async names() {
      await readAll()
      return [...ledger.knownPages()].flatMap((page) => [...page.keys()])
    },
  }
}
