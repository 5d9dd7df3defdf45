/**
 * A page with writers, two flushers, a pruner and readers, all on one store with latencies, lost requests and lost
 * answers. Processes die between any two writes and are replaced. Runs are declared lost and end after all; ticks are
 * caught up days late. Each part of the protocol can be replaced by a broken variant, which the checker must catch.
 */
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import { createHistory, type RunRecord } from '../../src/index.ts'
import {
  decideFlush,
  flushPage,
  prepareOutcome,
  resolveFlushOptions,
  type PageOutcome,
  type PageOutcomes,
} from '../../src/segments/index.ts'
import { MINUTE, START } from '../records.ts'
import { DrawnRuns } from './drawn-runs.ts'
import { createProcesses, type Process } from './mortal-process.ts'
import { changePage, PAGE, readPage } from './page-object.ts'
import { RunChecker } from './run-checker.ts'

export const RETENTION: { readonly maxAgeMs: number; readonly failedMaxAgeMs: number } = {
  maxAgeMs: 120 * MINUTE,
  failedMaxAgeMs: 360 * MINUTE,
}

/** The steps of the protocol. */
export interface Steps {
  outcomeOf(process: Process, run: RunRecord): Promise<PageOutcome>
  flush(process: Process, page: PageOutcomes): Promise<void>
  read(process: Process): Promise<readonly RunRecord[]>
  prune(process: Process): Promise<void>
}

export const STEPS: Steps = {
  outcomeOf: async (process, run) => prepareOutcome(process, run),
  async flush({ random, store }, page) {
    const drop = new Set(await flushPage(store, page))
    await changePage(store, random, (outcomes) => outcomes.filter(({ id }) => !drop.has(id)))
  },
  async read({ clock, store }) {
    const { outcomes } = await readPage(store)
    const reader = createHistory({ store, clock, pages: { pages: () => [{ page: PAGE, outcomes }] } })
    return (await reader.list({ limit: 1000 })).runs
  },
  prune: async ({ clock, store }) =>
    void (await createHistory({ store, clock, pages: { pages: () => [] } }).prune(RETENTION)),
}

const LENGTH = 10 * 60 * MINUTE
const WRITERS = 3
const FLUSH = resolveFlushOptions({ maxBytes: 4096, maxAgeMs: 60 * MINUTE })

/** @returns the number of checks, and what the checker found: the simulation ends at the first problem */
export async function simulateSegments(seed: number, steps: Steps = STEPS): Promise<RunChecker> {
  const clock = createManualClock(START - 4 * 60 * MINUTE)
  const random = createSeededRandom(seed)
  const shared = createMemoryStore({ clock })
  const checker = new RunChecker(RETENTION)
  const end = clock.now() + LENGTH

  const isOver = (): boolean => clock.now() >= end || checker.problems.length > 0
  const { live } = createProcesses({ store: shared, clock, random }, isOver)
  const runs = new DrawnRuns({ clock, random }, { late: 0.5, large: 0.05 })
  const write = async (process: Process): Promise<void> => {
    const run = runs.next()
    checker.offer(run)
    const outcome = await steps.outcomeOf(process, run)
    await changePage(process.store, random, (known) =>
      known.some(({ id }) => id === outcome.id) ? known : [...known, outcome],
    )
    checker.keep(run, clock.now())
  }
  const flush = async (process: Process): Promise<void> => {
    const { outcomes } = await readPage(process.store)
    const decision = decideFlush(outcomes, clock.now(), FLUSH)
    if (decision.flush !== 'later') await steps.flush(process, { page: PAGE, outcomes: decision.outcomes })
  }
  const look = async (process: Process): Promise<void> => {
    const expected = checker.expectations(clock.now())
    checker.check(expected, await steps.read(process))
  }

  const working = [
    ...Array.from({ length: WRITERS }, () => live(4 * MINUTE, 0.01, write)),
    live(2 * MINUTE, 0.2, flush),
    live(2 * MINUTE, 0.2, flush),
    live(40 * MINUTE, 0.2, (process) => steps.prune(process)),
    live(5 * MINUTE, 0, look),
  ]
  // A process may sleep for twice its interval once more.
  await clock.advance(LENGTH + 100 * MINUTE)
  await Promise.all(working)
  if (checker.problems.length > 0) return checker
  const quiet = { store: shared, clock, random }
  await look(quiet)
  await steps.flush(quiet, { page: PAGE, outcomes: (await readPage(shared)).outcomes })
  await look(quiet)
  return checker
}
