/**
 * A page with writers, two flushers, a pruner and readers, all on one store with latencies, lost requests and lost
 * answers. Processes die between any two writes and are replaced. Runs are declared lost and end after all; ticks are
 * caught up days late. Each part of the protocol can be replaced by a broken variant, which the checker must catch.
 */
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { S3SchedError, type Clock, type Random } from '@s3sched/kernel'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { createHistory, RUN_STATUSES, type RunRecord } from '../../src/index.ts'
import {
  decideFlush,
  flushPage,
  prepareOutcome,
  resolveFlushOptions,
  type PageOutcome,
  type PageOutcomes,
} from '../../src/segments/index.ts'
import { aRun, DAY, MINUTE, START } from '../records.ts'
import { createMortalStore, ProcessDied } from './mortal-store.ts'
import { changePage, PAGE, readPage } from './page-object.ts'
import { RunChecker } from './run-checker.ts'

export const RETENTION: { readonly maxAgeMs: number; readonly failedMaxAgeMs: number } = {
  maxAgeMs: 120 * MINUTE,
  failedMaxAgeMs: 360 * MINUTE,
}

export interface Process {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
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

  const born = (chance: number): Process => {
    const faults = { lostRequest: 0.02, lostResponse: 0.03, minLatencyMs: 5, maxLatencyMs: 300, maxNoticeMs: 2000 }
    const { store } = createFaultyStore(shared, { clock, random, ...faults })
    return { store: createMortalStore(store, random, chance), clock, random }
  }
  /** A process that repeats its work, and is replaced after its death. */
  const live = async (everyMs: number, chance: number, work: (process: Process) => Promise<void>): Promise<void> => {
    let process = born(chance)
    while (clock.now() < end && checker.problems.length === 0) {
      await clock.sleep(random.float() * 2 * everyMs)
      try {
        await work(process)
      } catch (error) {
        // A network that loses requests makes calls fail; anything else is a fault of the test.
        const isExpected = error instanceof ProcessDied || (error instanceof S3SchedError && error.retriable)
        if (!isExpected && !String(error).includes('nobody knows')) throw error
        if (error instanceof ProcessDied) process = born(chance)
      }
    }
  }

  const lost: RunRecord[] = []
  let number = 0
  const nextRun = (): RunRecord => {
    const verdict = random.float() < 0.5 ? lost.shift() : undefined
    const statuses = ['success', 'failed', 'timeout'] as const
    const status = statuses[Math.floor(random.float() * statuses.length)] ?? 'success'
    if (verdict !== undefined) return { ...verdict, status, durationMs: 9 }
    const isLate = random.float() < 0.1
    const drawn = random.float() < 0.4 ? RUN_STATUSES[Math.floor(random.float() * RUN_STATUSES.length)] : 'success'
    const run = aRun({
      runId: `run-${number++}`,
      job: `job-${number % 4}`,
      status: drawn ?? 'success',
      scheduledTime: clock.now() - (isLate ? Math.floor(random.float() * 2 * DAY) : 0),
      endedAt: clock.now(),
      ...(random.float() < 0.05 ? { result: 'x'.repeat(3000) } : {}),
    })
    if (run.status === 'lost') lost.push(run)
    return run
  }
  const write = async (process: Process): Promise<void> => {
    const run = nextRun()
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
