import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createCountingStore, createMemoryStore, type RequestCounts } from '@s3sched/store/testing'
import type { CallOptions, ObjectStore } from '@s3sched/store'
import { createHistory, type HistoryDeps, type HistoryOptions, type RunHistory, type RunRecord } from '../src/index.ts'
import {
  decideFlush,
  flushPage,
  prepareOutcome,
  resolveFlushOptions,
  type LivePages,
  type PageOutcome,
  type PageOutcomes,
} from '../src/segments/index.ts'
import { createArchive } from './archive-rig.ts'
import { START } from './records.ts'

/** Pages in memory, with an owner that flushes when told to. */
export interface PagesRig {
  readonly live: LivePages
  /** Appends an outcome to its job's page, as the end of a run does. */
  readonly record: (run: RunRecord, call?: CallOptions) => Promise<void>
  /** Moves the outcomes of a page, or of all, into segments. `crash`: the page is not written any more. */
  readonly flush: (options?: { readonly page?: string; readonly crash?: boolean }) => Promise<void>
  /** Moves what is due, by size or age, as the owner of pages does after an outcome. */
  readonly flushDue: (now: number, options?: { readonly crash?: boolean }) => Promise<void>
  /** From now on, a page's jobs go to two pages, by their names. */
  readonly split: (page: string) => void
}

export function createPages(store: ObjectStore): PagesRig {
  const pages = new Map<string, readonly PageOutcome[]>([['p', []]])
  const random = createSeededRandom(1)
  const splits = new Set<string>()
  const pathOf = (job: string): readonly string[] => {
    const path = ['p']
    for (let page = 'p'; splits.has(page); path.push(page)) page += job < `b${page.length}` ? '0' : '1'
    return path
  }
  const append = (page: string, outcomes: readonly PageOutcome[]): void => {
    const known = pages.get(page) ?? []
    const ids = new Set(known.map(({ id }) => id))
    pages.set(page, [...known, ...outcomes.filter(({ id }) => !ids.has(id))])
  }
  const options = resolveFlushOptions()
  const move = async (moving: PageOutcomes, crash: boolean): Promise<void> => {
    const drop = new Set(await flushPage(store, moving))
    if (crash) return
    const known = pages.get(moving.page) ?? []
    pages.set(
      moving.page,
      known.filter(({ id }) => !drop.has(id)),
    )
  }
  return {
    live: {
      pages: (jobs) => {
        const wanted = jobs === undefined ? undefined : new Set(jobs.flatMap(pathOf))
        return [...pages].flatMap(([page, outcomes]) => (wanted?.has(page) === false ? [] : [{ page, outcomes }]))
      },
      pagesOf: (jobs) =>
        jobs === undefined ? [...new Set([...pages.keys(), ...splits])] : [...new Set(jobs.flatMap(pathOf))],
    },
    async record(run, call) {
      const outcome = await prepareOutcome({ store, random }, run, call)
      append(pathOf(run.job).at(-1) ?? 'p', [outcome])
    },
    async flush({ page: only, crash = false } = {}) {
      for (const page of only === undefined ? [...pages.keys()] : [only])
        await move({ page, outcomes: pages.get(page) ?? [] }, crash)
    },
    async flushDue(now, { crash = false } = {}) {
      for (const [page, outcomes] of pages) {
        const decision = decideFlush(outcomes, now, options)
        if (decision.flush !== 'later') await move({ page, outcomes: decision.outcomes }, crash)
      }
    },
    split(page) {
      if (splits.has(page) || !pages.has(page)) return
      const outcomes = pages.get(page) ?? []
      splits.add(page)
      pages.delete(page)
      append(`${page}0`, [])
      append(`${page}1`, [])
      for (const outcome of outcomes) append(pathOf(outcome.run.job).at(-1) ?? 'p', [outcome])
    },
  }
}

export interface SegmentRig extends PagesRig {
  /** Moves all segments into the archive. `crash`: the segments are not deleted any more. */
  readonly archive: (crash: boolean) => Promise<void>
  readonly clock: ManualClock
  readonly reader: RunHistory
  readonly store: ObjectStore
  readonly requests: RequestCounts
  readonly reset: () => void
  readonly recordAll: (runs: readonly RunRecord[]) => Promise<void>
  readonly keys: (prefix?: string) => Promise<string[]>
}

/** Pages, segments, an archive and their reader in memory, with counted requests. */
export function createSegmentRig(options: HistoryOptions & Pick<HistoryDeps, 'logger'> = {}): SegmentRig {
  const { logger, ...readerOptions } = options
  const clock = createManualClock(START)
  const { store, requests, reset } = createCountingStore(createMemoryStore({ clock }))
  const pages = createPages(store)
  const archive = createArchive(store)
  const deps = { store, pages: pages.live, archive: archive.place, clock }
  return {
    ...pages,
    archive: archive.takeSegments,
    clock,
    store,
    requests,
    reset,
    reader: createHistory(logger === undefined ? deps : { ...deps, logger }, readerOptions),
    recordAll: async (runs) => {
      for (const run of runs) await pages.record(run)
    },
    keys: async (prefix = '') => {
      const keys: string[] = []
      for await (const page of store.list(prefix)) keys.push(...page.objects.map(({ key }) => key))
      return keys
    },
  }
}
