import { createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { Logger } from '@s3sched/kernel'
import { createCountingStore, createMemoryStore, type RequestCounts } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { createManualClock } from '@s3sched/kernel/testing'
import { archiveSegments, createArchive, type ArchiveOptions, type ArchiveReport } from '../src/archive/index.ts'
import { createHistory, type RunHistory, type RunRecord } from '../src/index.ts'
import { flushPage, pageOutcome } from '../src/segments/index.ts'
import { START } from './records.ts'

/** A store with segments and an archive, on a clock that tests move. Turns of the event loop take no time. */
export interface ArchiveWorld {
  readonly clock: ManualClock
  readonly store: ObjectStore
  readonly requests: RequestCounts
  readonly reset: () => void
  /** What the logger was told. */
  readonly told: readonly string[]
  readonly reader: RunHistory
  /** A reader with empty caches. */
  readonly newReader: () => RunHistory
  /** Writes runs as segments of at most 100. */
  readonly segments: (runs: readonly RunRecord[]) => Promise<void>
  readonly archive: (options?: ArchiveOptions, store?: ObjectStore) => Promise<ArchiveReport>
  readonly keys: (prefix?: string) => Promise<string[]>
}

export function createArchiveWorld(now: number = START): ArchiveWorld {
  const manual = createManualClock(now)
  const clock: ManualClock = { ...manual, sleep: () => Promise.resolve() }
  const { requests, reset, store } = createCountingStore(createMemoryStore({ clock: manual }))
  const random = createSeededRandom(1)
  const told: string[] = []
  const tell = (message: string): void => void told.push(message)
  const logger: Logger = { debug: tell, info: tell, warn: tell, error: tell }
  const newReader = (): RunHistory => {
    const archive = createArchive({ store, clock, logger })
    const pages = { pages: () => [], pagesOf: () => ['p'] }
    return createHistory({ store, clock, logger, archive, pages })
  }
  return {
    clock,
    store,
    requests,
    reset,
    told,
    reader: newReader(),
    newReader,
    async segments(runs) {
      for (let from = 0; from < runs.length; from += 100)
        await flushPage(store, { page: 'p', outcomes: runs.slice(from, from + 100).map(pageOutcome) })
    },
    archive: (options, own = store) => archiveSegments({ store: own, clock, random, logger }, options),
    async keys(prefix = '') {
      const keys: string[] = []
      for await (const page of store.list(prefix)) keys.push(...page.objects.map(({ key }) => key))
      return keys
    },
  }
}
