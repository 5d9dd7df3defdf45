import { createHistory, type RunHistory, type RunRecord } from '@s3sched/history'
import { createArchive, pruneArchive } from '@s3sched/history/archive'
import type { ObjectStore } from '@s3sched/store'
import { FIRST_TICK, MINUTE } from '../segments/run-number.ts'
import type { Measurement } from '../measurement.ts'
import { countCosts, type Costs } from '../segments/count-costs.ts'
import { measureArchiving } from './archiving.ts'
import { archiveDay, createWorld, DAY, dayOfRuns, fleetRun, writeLargeSegments, type ArchiveWorld } from './fleet.ts'

/** The time of a request to a bucket of another region. */
const REQUEST_MS = 60

/**
 * The archive: the cost of archiving a day of 144,000 runs, and of the queries and the retention of old runs. The store
 * is in memory; a request of a query takes 60 ms.
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  return [...(await measureArchiving()), ...(await ofBusyJobs()), ...(await ofOneJob()), ...(await ofADailyJob())]
}

const JOBS = Array.from({ length: 100 }, (_, n) => `job-${n}`)

/** Three days of 100 jobs every minute, and one job each hour. */
async function ofBusyJobs(): Promise<readonly Measurement[]> {
  const world = createWorld()
  for (let day = 0; day < 3; day += 1) {
    const hourly = Array.from({ length: 24 }, (_, hour) =>
      fleetRun('hourly', FIRST_TICK + day * DAY + hour * 60 * MINUTE),
    )
    await addDay(world, day, [...dayOfRuns(day, JOBS, MINUTE), ...hourly])
  }
  const [since, until] = [FIRST_TICK + DAY, FIRST_TICK + 2 * DAY]
  return [
    ...(await query(world, 'last 50 runs of a job among 100', 5, (history) =>
      history.list({ job: 'job-7', limit: 50 }),
    )),
    ...(await query(world, 'last 50 runs of an hourly job among 100 each minute', 8, (history) =>
      history.list({ job: 'hourly', limit: 50 }),
    )),
    ...(await query(world, 'failures of a day among 144,000 runs', 5, (history) =>
      history.failures({ since, until, limit: 10_000 }),
    )),
  ]
}

async function addDay(world: ArchiveWorld, day: number, runs: readonly RunRecord[]): Promise<void> {
  await writeLargeSegments(world.store, runs)
  await world.endDay(day)
  await archiveDay(world, world.store)
}

/** 100,800 runs of one job, and the deletion of a month of them. */
async function ofOneJob(): Promise<readonly Measurement[]> {
  const world = createWorld()
  for (let day = 0; day < 70; day += 1) await addDay(world, day, dayOfRuns(day, ['report'], MINUTE))
  const results = await query(world, 'last 50 of 100,800 runs of a job', 5, (history) =>
    history.list({ job: 'report', limit: 50 }),
  )
  const { measure, store } = countCosts(world.store)
  const retention = { maxAgeMs: 40 * DAY, failedMaxAgeMs: 40 * DAY }
  const costs = await measure(() => pruneArchive({ store, clock: world.clock }, retention))
  return [
    ...results,
    { name: 'pruning a month: requests', value: requestsOf(costs), unit: 'requests', atMost: 100 },
    { name: 'pruning a month: files', value: costs.deleted, unit: 'files' },
  ]
}

/** Fifty days of 100 jobs each hour, and one job each day. */
async function ofADailyJob(): Promise<readonly Measurement[]> {
  const world = createWorld()
  for (let day = 0; day < 50; day += 1)
    await addDay(world, day, [...dayOfRuns(day, JOBS, 60 * MINUTE), fleetRun('daily', FIRST_TICK + day * DAY)])
  return query(world, 'last 50 runs of a daily job among 100', 8, (history) =>
    history.list({ job: 'daily', limit: 50 }),
  )
}

async function query(
  { clock, store: inner }: ArchiveWorld,
  name: string,
  atMost: number,
  ask: (history: RunHistory) => Promise<unknown>,
): Promise<readonly Measurement[]> {
  const { measure, store } = countCosts(distant(inner))
  // A new reader: nothing is in a cache, except for the code.
  const history = (): RunHistory =>
    createHistory({
      store,
      clock,
      pages: { pages: () => [], pagesOf: () => ['p'] },
      archive: createArchive({ store, clock }),
    })
  await ask(history())
  const costs = await measure(() => ask(history()))
  return [
    { name: `${name}: requests`, value: requestsOf(costs), unit: 'requests', atMost },
    { name: `${name}: read`, value: costs.bytes / 1000, unit: 'kB' },
    { name: `${name}: time at ${REQUEST_MS} ms a request`, value: costs.ms, unit: 'ms', atMost: 500 },
  ]
}

function requestsOf(costs: Costs): number {
  return costs.get + costs.list + costs.put + costs.delete
}

function travel(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REQUEST_MS))
}

function distant(store: ObjectStore): ObjectStore {
  return {
    ...store,
    get: async (key, options) => (await travel(), store.get(key, options)),
    async *list(prefix, options) {
      for await (const page of store.list(prefix, options)) {
        await travel()
        yield page
      }
    },
  }
}
