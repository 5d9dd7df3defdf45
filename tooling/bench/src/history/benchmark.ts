import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createHistory } from '@s3sched/history'
import { openStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'
import { fill, FIRST_TICK, MINUTE } from './fill.ts'

/**
 * The promised costs of `@s3sched/history` among many runs of one job.
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

async function measure(opened: ObjectStore, count: number): Promise<readonly Measurement[]> {
  const { store, requests, reset } = createCountingStore(scopeStore(opened, `bench-${count}/`))
  const history = createHistory(store)
  const recorded = await fill(store, count)

  const counted = async (call: () => Promise<unknown>): Promise<{ list: number; get: number; ms: number }> => {
    reset()
    const from = performance.now()
    await call()
    return { list: requests.list, get: requests.get, ms: performance.now() - from }
  }
  const last50 = await counted(() => history.list({ job: 'report', limit: 50 }))
  const timeline = await counted(() => history.timeline({ job: 'report' }))
  const failures = await counted(() => history.failures({ since: FIRST_TICK, until: FIRST_TICK + 1440 * MINUTE }))
  const aDay = await counted(() =>
    history.timeline({ job: 'report', since: FIRST_TICK + 10 * MINUTE, until: FIRST_TICK + 900 * MINUTE }),
  )
  const statistics = await counted(() => history.statistics('report'))
  const { ours, raw } = await besideRawCalls(store, () => history.list({ job: 'report', limit: 50 }))
  await opened.close()

  return [
    { name: `${count} runs recorded`, value: recorded, unit: 'runs/s' },
    { name: 'last 50 runs', value: last50.list, unit: 'LIST', atMost: 1 },
    { name: 'last 50 runs', value: last50.get, unit: 'GET', atMost: 50 },
    { name: 'last 50 runs', value: ours, unit: 'ms' },
    { name: 'the same calls without the history', value: raw, unit: 'ms' },
    { name: 'last 50 runs, beside the calls alone', value: ours / raw, unit: 'times', atMost: 3 },
    { name: 'timeline of 1,000 runs', value: timeline.list, unit: 'LIST', atMost: 2 },
    { name: 'timeline of 1,000 runs', value: timeline.get, unit: 'GET', atMost: 0 },
    { name: 'timeline of 1,000 runs', value: timeline.ms, unit: 'ms' },
    { name: 'failures of the first day', value: failures.list, unit: 'LIST', atMost: 1 },
    { name: 'failures of the first day', value: failures.ms, unit: 'ms' },
    { name: 'most of the first day', value: aDay.list, unit: 'LIST', atMost: 1 },
    { name: 'most of the first day', value: aDay.ms, unit: 'ms' },
    { name: 'statistics of all runs', value: statistics.list, unit: 'LIST', atMost: Math.ceil(count / 1000) + 1 },
    { name: 'statistics of all runs', value: statistics.ms, unit: 'ms' },
  ]
}

/** In turns, so that both see the same machine. */
async function besideRawCalls(
  store: ObjectStore,
  call: () => Promise<unknown>,
): Promise<{ ours: number; raw: number }> {
  const times = { ours: [] as number[], raw: [] as number[] }
  for (let turn = 0; turn < 15; turn += 1) {
    const from = performance.now()
    await call()
    const between = performance.now()
    await rawCalls(store)
    times.ours.push(between - from)
    times.raw.push(performance.now() - between)
  }
  return { ours: median(times.ours), raw: median(times.raw) }
}

async function rawCalls(store: ObjectStore): Promise<void> {
  for await (const page of store.list('runs/report/', { limit: 50 })) {
    await Promise.all(page.objects.map(({ key }) => store.get(key)))
  }
}
