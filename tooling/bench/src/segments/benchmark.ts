import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHistory, type RunHistory, type RunRecord } from '@s3sched/history'
import { openStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'
import { countCosts, type Costs, type CostCounter } from './count-costs.ts'
import { createPage, type Page } from './page.ts'
import { FIRST_TICK, MINUTE, runNumber } from './run-number.ts'

/**
 * The promised costs of a history in segments, beside the same LISTs and GETs without the history, in one run.
 *
 * - `S3SCHED_BENCH_RECORDS`: number of records, 10,000 by default; the promises are for 100,000
 * - `S3SCHED_BENCH_STORE`: a connection string, such as of a MinIO; a temporary folder by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const count = Number(process.env['S3SCHED_BENCH_RECORDS'] ?? 10_000)
  const connection = process.env['S3SCHED_BENCH_STORE']
  if (connection !== undefined) return measure(openStore(connection), count)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  try {
    return await measure(openStore(pathToFileURL(folder).href), count)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const DAY = 1440 * MINUTE
const JOBS = 100
/** One run of so many belongs to a rare job. */
const RARE = 5000

async function measure(opened: ObjectStore, count: number): Promise<readonly Measurement[]> {
  const day = { since: FIRST_TICK + DAY, until: FIRST_TICK + 2 * DAY }
  const month = { since: FIRST_TICK, until: FIRST_TICK + 30 * DAY }
  const results: Measurement[] = [await cpuOfAnOutcome()]

  const segments = countCosts(scopeStore(opened, `bench-segments-${count}/`))
  const page = createPage(segments.store)
  const writing = await segments.measure(() => page.recordAll(Array.from({ length: count }, (_, n) => runNumber(n))))
  results.push(...costsOf(`${count} runs to segments, without the pages`, writing, ['put', 'ms']))
  const reader = (): RunHistory => createHistory({ store: segments.store, pages: page.live })

  // A new reader for each query, so that no cache helps.
  const ask = async (name: string, atMost: number, query: (history: RunHistory) => Promise<unknown>): Promise<void> => {
    results.push(...queryOf(name, await segments.measure(() => query(reader())), atMost))
    results.push({ name: `${name}, the same calls alone`, value: await segments.repeatReads(), unit: 'ms' })
  }
  const newest = { job: 'report', limit: 50 }
  await ask('last 50 runs', 5, (history) => history.list(newest))
  results.push(await besideRawCalls(segments, () => reader().list(newest)))
  const shown = await reader().list(newest)
  const { bytes } = await segments.measure(() => reader().list(newest))
  results.push({
    name: 'bytes read for the last 50, beside the bytes shown',
    value: bytes / Buffer.byteLength(JSON.stringify(shown.runs)),
    unit: 'times',
    atMost: 2,
  })
  await ask('timeline of 1,000 runs', 40, (history) => history.timeline({ job: 'report' }))
  await ask('failures of a day', 5, (history) => history.failures(day))
  await ask('a day', 40, (history) => history.timeline({ job: 'report', ...day }))
  await ask('statistics of a month', Infinity, (history) => history.statistics('report', month))
  results.push(...(await ofAJobAmongMany(opened, count)), ...(await retention(segments, page)))
  await opened.close()
  return results
}

/** In turns, so that both see the same machine. */
async function besideRawCalls(
  { measure: cost, repeatReads }: CostCounter,
  call: () => Promise<unknown>,
): Promise<Measurement> {
  const times = { ours: [] as number[], raw: [] as number[] }
  for (let turn = 0; turn < 15; turn += 1) {
    times.ours.push((await cost(call)).ms)
    times.raw.push(await repeatReads())
  }
  const value = median(times.ours) / median(times.raw)
  return { name: 'last 50 runs, beside the calls alone', value, unit: 'times', atMost: 3 }
}

/** The time of the processor, since the machine may have other work. */
async function cpuOfAnOutcome(): Promise<Measurement> {
  const page = createPage(createMemoryStore())
  const runs = Array.from({ length: 20_000 }, (_, n) => shortRun(n))
  await page.recordAll(runs.slice(0, 10_000))
  const before = process.cpuUsage()
  await page.recordAll(runs.slice(10_000))
  const { system, user } = process.cpuUsage(before)
  return { name: 'CPU of an outcome, from record to segment', value: (user + system) / 10_000, unit: 'µs', atMost: 20 }
}

function shortRun(n: number): RunRecord {
  return { ...runNumber(n), result: { rows: n } }
}

/** The price of sharing a page, which the archive's order by job will mend. */
async function ofAJobAmongMany(opened: ObjectStore, count: number): Promise<readonly Measurement[]> {
  const shared = countCosts(scopeStore(opened, `bench-shared-${count}/`))
  const page = createPage(shared.store)
  await page.recordAll(
    Array.from({ length: count }, (_, n) => ({
      ...runNumber(Math.floor(n / JOBS)),
      runId: `run-${n}`,
      job: n % RARE === 0 ? 'rare' : `job-${n % JOBS}`,
    })),
  )
  const reader = createHistory({ store: shared.store, pages: page.live })
  const busy = await shared.measure(() => reader.list({ job: 'job-7', limit: 50 }))
  // A new reader, so that no cache helps.
  const another = createHistory({ store: shared.store, pages: page.live })
  const rare = await shared.measure(() => another.list({ job: 'rare', limit: 2 }))
  return [
    ...queryOf(`last 50 runs of a job among ${JOBS}`, busy, 100),
    ...queryOf(`last 2 runs of a job with 1 of ${RARE} runs`, rare, 30),
  ]
}

async function retention({ measure: cost, store }: CostCounter, page: Page): Promise<readonly Measurement[]> {
  await page.flush()
  const clock = { now: () => FIRST_TICK + 3650 * DAY, monotonic: () => 0, sleep: () => Promise.resolve() }
  // The store dates the segments, so only a store with a false clock gives them up.
  const aged: ObjectStore = {
    ...store,
    async *list(prefix, options) {
      for await (const { objects } of store.list(prefix, options))
        yield { objects: objects.map((object) => ({ ...object, lastModified: 0 })) }
    },
  }
  const costs = await cost(() => createHistory({ store: aged, clock, pages: page.live }).prune())
  return costsOf('deletion of all segments', costs, ['list', 'delete', 'deleted', 'ms'], { delete: 60 })
}

function queryOf(name: string, costs: Costs, atMost: number = Infinity): readonly Measurement[] {
  const requests = costs.list + costs.get
  const bound = atMost === Infinity ? {} : { atMost }
  return [
    { name, value: requests, unit: 'requests', ...bound },
    ...costsOf(name, { ...costs, bytes: costs.bytes / 1024 }, ['bytes', 'ms']),
  ]
}

const UNITS: Readonly<Record<keyof Costs, string>> = {
  get: 'GET',
  put: 'PUT',
  list: 'LIST',
  delete: 'DELETE',
  deleted: 'objects',
  bytes: 'KiB',
  ms: 'ms',
}

function costsOf(
  name: string,
  costs: Costs,
  shown: readonly (keyof Costs)[],
  atMost: Partial<Costs> = {},
): readonly Measurement[] {
  return shown.map((cost) => {
    const bound = atMost[cost]
    return { name, value: costs[cost], unit: UNITS[cost], ...(bound === undefined ? {} : { atMost: bound }) }
  })
}
