import { setTimeout as sleep } from 'node:timers/promises'
import type { Measurement } from '../measurement.ts'
import { startProcess, type BenchProcess } from '../process/run-process.ts'
import { startMinio, type MinioServer } from '../server/minio.ts'
import { percentile } from '../statistics.ts'
import type { InstanceArgs, Progress } from './instance-process.ts'
import { largeFleet } from './large-fleet.ts'

const INSTANCE = new URL('instance-process.ts', import.meta.url)
const INSTANCES = 4
const SHARDS = [1, 2, 4, 8]
const CONCURRENCY = 50
const SECONDLY_JOBS = 40

/**
 * Four processes on one MinIO, with 1, 2, 4 and 8 shards: the rate of claims, runs and records for jobs due at the
 * same instant, and the delay of 40 jobs due every second. The processes and the server share the machine: on two cores
 * the figures show the cost of sharding, and not the gain.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs due at once, 1,000 by default
 * - `S3SCHED_BENCH_SECONDS`: seconds of measuring starts, 10 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 1000)
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 10)
  const minio = await startMinio()
  if (minio === undefined) return []
  try {
    const found: Measurement[] = []
    const rates: { readonly runsPerSecond: number; readonly cpuMsPerRun: number }[] = []
    for (const shards of SHARDS) {
      const drained = await drain(minio, shards, jobs)
      rates.push(drained)
      const of = `${INSTANCES} processes, ${shards} shard${shards === 1 ? '' : 's'}`
      found.push(
        { name: `${of}: ${jobs} due runs`, value: drained.runsPerSecond, unit: 'runs/s' },
        { name: `${of}: time on a core for each`, value: drained.cpuMsPerRun, unit: 'ms' },
        { name: `${of}: of those, by the busiest process`, value: 100 * drained.busiest, unit: '%' },
        { name: `${of}: not run`, value: drained.missed, unit: 'runs', atMost: 0 },
        { name: `${of}: run twice`, value: drained.doubled, unit: 'runs', atMost: 0 },
      )
      const lags = await secondly(minio, shards, seconds)
      found.push(
        { name: `${of}: start lag p50`, value: percentile(lags.lagsMs, 0.5), unit: 'ms' },
        { name: `${of}: start lag p99`, value: percentile(lags.lagsMs, 0.99), unit: 'ms' },
        { name: `${of}: missed of ${lags.expected}`, value: lags.missed, unit: 'ticks', atMost: 0 },
        { name: `${of}: doubled`, value: lags.doubled, unit: 'ticks', atMost: 0 },
      )
    }
    const [one] = rates
    return one === undefined ? found : [...found, ...largeFleet(one)]
  } finally {
    await minio.stop()
  }
}

interface Drained {
  readonly runsPerSecond: number
  readonly cpuMsPerRun: number
  /** The busiest process's share of the runs, 0 to 1. */
  readonly busiest: number
  readonly missed: number
  readonly doubled: number
}

async function drain(minio: MinioServer, shards: number, jobs: number): Promise<Drained> {
  const dueAt = Date.now() + 40_000 + jobs * 4
  const fleet = await startFleet(minio, { shards, jobs, dueAt, concurrency: CONCURRENCY })
  const all = await duringIts(fleet, async () => {
    if (Date.now() > dueAt - 2000) throw new Error('registration took too long')
    await sleep(dueAt - Date.now())
    const deadline = Date.now() + 120_000
    for (;;) {
      await sleep(500)
      const progress = await progressOf(fleet)
      if (sum(progress, ({ records }) => records) >= jobs || Date.now() > deadline) return progress
    }
  })
  const from = Math.min(...all.map(({ firstClaimAt }) => firstClaimAt ?? Infinity))
  const until = Math.max(...all.map(({ lastRecordAt }) => lastRecordAt ?? -Infinity))
  const started = all.flatMap(({ starts }) => starts.map(({ job }) => job))
  return {
    runsPerSecond: jobs / ((until - from) / 1000),
    cpuMsPerRun: sum(all, ({ cpuMs, records }) => (records === 0 ? 0 : cpuMs)) / jobs,
    busiest: Math.max(...all.map(({ records }) => records)) / jobs,
    missed: jobs - new Set(started).size,
    doubled: started.length - new Set(started).size,
  }
}

interface Secondly {
  readonly lagsMs: readonly number[]
  readonly expected: number
  readonly missed: number
  readonly doubled: number
}

async function secondly(minio: MinioServer, shards: number, seconds: number): Promise<Secondly> {
  const fleet = await startFleet(minio, { shards, jobs: SECONDLY_JOBS, concurrency: SECONDLY_JOBS })
  // Time for elections, and for each leader's first ticks, with the load of modules and the compilation of code.
  const from = Math.ceil(Date.now() / 1000) * 1000 + 20_000
  const until = from + seconds * 1000
  const all = await duringIts(fleet, async () => {
    await sleep(until + 1500 - Date.now())
    return progressOf(fleet)
  })
  const starts = all.flatMap((each) => each.starts).filter(({ tick }) => tick >= from && tick < until)
  const different = new Set(starts.map(({ job, tick }) => `${job} ${tick}`)).size
  const expected = SECONDLY_JOBS * seconds
  const lagsMs = starts.map(({ at, tick }) => at - tick)
  return { lagsMs, expected, missed: expected - different, doubled: starts.length - different }
}

async function startFleet(
  minio: MinioServer,
  args: Omit<InstanceArgs, 'store' | 'workerId'>,
): Promise<readonly BenchProcess[]> {
  const store = await minio.bucket()
  const fleet = Array.from({ length: INSTANCES }, (_, index) =>
    startProcess(INSTANCE, { ...args, store, workerId: `instance-${index}` }),
  )
  for (const each of fleet) await each.next()
  return fleet
}

async function progressOf(fleet: readonly BenchProcess[]): Promise<readonly Progress[]> {
  return Promise.all(
    fleet.map(async (each) => {
      each.send('progress')
      return (await each.next()) as Progress
    }),
  )
}

/** Stops the fleet after the measurement, and kills the fleet after a failure. */
async function duringIts<T>(fleet: readonly BenchProcess[], measure: () => Promise<T>): Promise<T> {
  try {
    const found = await measure()
    for (const each of fleet) each.send('stop')
    await Promise.all(fleet.map((each) => each.ended))
    return found
  } catch (error) {
    for (const each of fleet) each.kill('SIGKILL')
    throw error
  }
}

function sum(all: readonly Progress[], of: (each: Progress) => number): number {
  return all.reduce((total, each) => total + of(each), 0)
}
