/**
 * A page with writers and a flusher, archivers, some of them at the same instants, a pruner and readers, all on one store
 * with latencies, lost requests and lost answers, for some days. Processes die between any two writes and are replaced. Runs are declared lost and end
 * after all; ticks are caught up days late. The steps of the archive can be replaced by broken variants, which the checker must catch.
 */
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import { listAll, type ObjectStore } from '@s3sched/store'
import { parseArchiveKey } from '../../src/archive/archive-key.ts'
import { archiveSegments, createArchive, pruneArchive } from '../../src/archive/index.ts'
import { createHistory, type RunRecord } from '../../src/index.ts'
import { flushPage, prepareOutcome } from '../../src/segments/index.ts'
import { DAY, MINUTE, START } from '../records.ts'
import { DrawnRuns } from './drawn-runs.ts'
import { createProcesses, type Process } from './mortal-process.ts'
import { changePage, PAGE, readPage } from './page-object.ts'
import { RunChecker } from './run-checker.ts'

export const RETENTION: { readonly maxAgeMs: number; readonly failedMaxAgeMs: number } = {
  maxAgeMs: DAY,
  failedMaxAgeMs: 3 * DAY,
}

/** The steps of the archive. */
export interface ArchiveSteps {
  archive(process: Process): Promise<void>
  prune(process: Process): Promise<void>
  read(process: Process): Promise<readonly RunRecord[]>
}

export const STEPS: ArchiveSteps = {
  archive: async (process) => void (await archiveSegments(process, { minSegments: 4 })),
  prune: async (process) => void (await pruneArchive(process, RETENTION)),
  async read({ clock, store }) {
    const { outcomes } = await readPage(store)
    const pages = { pages: () => [{ page: PAGE, outcomes }] }
    const reader = createHistory({ store, clock, pages, archive: createArchive({ store, clock }) })
    const runs: RunRecord[] = []
    for (let cursor: string | undefined; ;) {
      const page = await reader.list({ limit: 100, ...(cursor === undefined ? {} : { cursor }) })
      runs.push(...page.runs)
      cursor = page.cursor
      if (cursor === undefined) return runs
    }
  },
}

const LENGTH = 4 * DAY
const WRITERS = 2

/** @returns the number of checks, and what the checker found: the simulation ends at the first problem */
export async function simulateArchive(seed: number, steps: ArchiveSteps = STEPS): Promise<RunChecker> {
  const clock = createManualClock(START - DAY / 4)
  const random = createSeededRandom(seed)
  const shared = createMemoryStore({ clock })
  const checker = new RunChecker(RETENTION)
  const end = clock.now() + LENGTH

  const isOver = (): boolean => clock.now() >= end || checker.problems.length > 0
  const { born, live } = createProcesses({ store: shared, clock, random }, isOver)
  const runs = new DrawnRuns({ clock, random }, { late: 0.4 })
  const write = async (process: Process): Promise<void> => {
    const run = runs.next()
    checker.offer(run)
    const outcome = await prepareOutcome(process, run)
    await changePage(process.store, random, (known) =>
      known.some(({ id }) => id === outcome.id) ? known : [...known, outcome],
    )
    checker.keep(run, clock.now())
  }
  const flush = async (process: Process): Promise<void> => {
    const { outcomes } = await readPage(process.store)
    if (outcomes.length < 8) return
    const drop = new Set(await flushPage(process.store, { page: PAGE, outcomes }))
    await changePage(process.store, random, (kept) => kept.filter(({ id }) => !drop.has(id)))
  }
  const look = async (process: Process): Promise<void> => {
    const expected = checker.expectations(clock.now())
    checker.check(expected, await steps.read(process))
  }

  const working = [
    ...Array.from({ length: WRITERS }, () => live(20 * MINUTE, 0.01, write)),
    live(30 * MINUTE, 0.1, flush),
    live(40 * MINUTE, 0.15, (process) => steps.archive(process)),
    live(40 * MINUTE, 0.15, (process) => atOnce([process, born(0.15)], steps)),
    live(6 * 60 * MINUTE, 0.2, (process) => steps.prune(process)),
    live(90 * MINUTE, 0, look),
  ]
  await clock.advance(LENGTH + DAY)
  await Promise.all(working)
  if (checker.problems.length > 0) return checker
  const quiet = { store: shared, clock, random }
  // A manual clock stands still during the last looks.
  const unattended = { ...quiet, clock: { ...clock, sleep: () => Promise.resolve() } }
  await look(unattended)
  await settle(unattended, (ms) => clock.advance(ms), steps)
  await look(unattended)
  checker.problems.push(...(await unsettledDays(shared)))
  await clock.advance(RETENTION.failedMaxAgeMs)
  await steps.prune(unattended)
  const kept = await listAll(shared, 'history/')
  checker.problems.push(...kept.map(({ key }) => `${key} is never pruned`))
  return checker
}

/** Archivers whose clocks agree to the millisecond, such as those of a clean-up that is due. */
async function atOnce(processes: readonly Process[], steps: ArchiveSteps): Promise<void> {
  const ended = await Promise.allSettled(processes.map((process) => steps.archive(process)))
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Two days later everything is merged, and other tools find each run once. */
async function settle(process: Process, advance: (ms: number) => Promise<unknown>, steps: ArchiveSteps): Promise<void> {
  await flushPage(process.store, { page: PAGE, outcomes: (await readPage(process.store)).outcomes })
  await steps.archive(process)
  for (let day = 0; day < 2; day += 1) {
    await advance(DAY)
    await atOnce([process, process], steps)
  }
}

async function unsettledDays(store: ObjectStore): Promise<string[]> {
  const sets = new Map<number, Set<string>>()
  for (const { key } of await listAll(store, 'history/')) {
    const file = parseArchiveKey(key)
    if (file !== undefined) sets.set(file.day, (sets.get(file.day) ?? new Set()).add(file.set))
  }
  return [...sets].flatMap(([day, { size }]) => (size === 1 ? [] : [`day ${day} has ${size} sets`]))
}
