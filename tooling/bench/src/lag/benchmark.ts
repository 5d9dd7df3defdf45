import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Contender } from '../contenders/contender.ts'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { startDelayProxy } from '../server/delay-proxy.ts'
import { startMinio } from '../server/minio.ts'
import { startPostgres } from '../server/postgres.ts'
import { startRedis } from '../server/redis.ts'
import { percentile } from '../statistics.ts'
import type { Starts } from './contender-process.ts'

const CONTENDER = new URL('contender-process.ts', import.meta.url)
const JOBS = 20
const WITHIN_MS = 5
const ANSWER_DELAY_MS = 60

/**
 * How late actions start: 20 jobs every second, each scheduler in a process of its own, in turns. Those that need a server
 * get one of this machine, or are left out.
 *
 * - `S3SCHED_BENCH_SECONDS`: how long a turn is. 15 unless told
 * - `S3SCHED_BENCH_ROUNDS`: how many turns each has. 3 unless told
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 15)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const minio = await startMinio()
  const proxy = minio === undefined ? undefined : await startDelayProxy(minio.port, ANSWER_DELAY_MS)
  const redis = await startRedis()
  const postgres = await startPostgres()
  const ours = (store: string): Contender => ({ name: 's3sched', store })
  const contenders = new Map<string, () => Promise<Contender>>([
    ['croner', async () => ({ name: 'croner' })],
    ['node-cron', async () => ({ name: 'node-cron' })],
    ['node-schedule', async () => ({ name: 'node-schedule' })],
    ['s3sched, memory', async () => ours('memory://lag')],
    ['s3sched, folder', async () => ours(pathToFileURL(await mkdtemp(join(folder, 'store-'))).href)],
  ])
  if (minio !== undefined && proxy !== undefined) {
    contenders.set('s3sched, MinIO', async () => ours(await minio.bucket()))
    contenders.set(`s3sched, MinIO + ${ANSWER_DELAY_MS} ms`, async () => ours(await minio.bucket(proxy.port)))
  }
  if (redis !== undefined) contenders.set('BullMQ', async () => ({ name: 'bullmq', redis: redis.url }))
  if (postgres !== undefined) {
    const where = { postgres: postgres.url }
    contenders.set('graphile-worker', async () => ({ name: 'graphile-worker', ...where }))
    contenders.set('pg-boss', async () => ({ name: 'pg-boss', queuedAt: 'ahead', ...where }))
    contenders.set('pg-boss, queued on the tick', async () => ({ name: 'pg-boss', queuedAt: 'tick', ...where }))
  }
  try {
    const found = new Map<string, Starts[]>([...contenders.keys()].map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const [name, contender] of contenders) {
        found
          .get(name)
          ?.push(await runProcess<Starts>(CONTENDER, { contender: await contender(), jobs: JOBS, seconds }))
      }
    }
    return report(found)
  } finally {
    await proxy?.stop()
    await Promise.all([minio?.stop(), redis?.stop(), postgres?.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

function report(found: ReadonlyMap<string, readonly Starts[]>): readonly Measurement[] {
  const lagsOf = (name: string): number[] => (found.get(name) ?? []).flatMap(({ lagsMs }) => lagsMs)
  const peer = { p50: percentile(lagsOf('croner'), 0.5), p99: percentile(lagsOf('croner'), 0.99) }
  const measurements: Measurement[] = []
  for (const [name, turns] of found) {
    const lags = lagsOf(name)
    const isOurs = name.startsWith('s3sched')
    const sum = (kind: 'missed' | 'doubled'): number => turns.reduce((total, turn) => total + turn[kind], 0)
    for (const [key, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const budget = isOurs ? { atMost: peer[key] + WITHIN_MS } : {}
      measurements.push({ name: `${name}: ${key}`, value: percentile(lags, part), unit: 'ms', ...budget })
    }
    measurements.push({ name: `${name}: latest`, value: percentile(lags, 1), unit: 'ms' })
    const budget = isOurs ? { atMost: 0 } : {}
    measurements.push({ name: `${name}: missed of ${lags.length}`, value: sum('missed'), unit: 'ticks', ...budget })
    measurements.push({ name: `${name}: doubled`, value: sum('doubled'), unit: 'ticks', ...budget })
  }
  return measurements
}
