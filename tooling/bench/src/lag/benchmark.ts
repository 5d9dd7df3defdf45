import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startPostgres, startRedis } from '@s3sched-tooling/engines'
import { startDelayProxy } from '@s3sched-tooling/minio/delay-proxy'
import type { Contender } from '../contenders/contender.ts'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import { median, percentile } from '../statistics.ts'
import type { Starts } from './contender-process.ts'

const CONTENDER = new URL('contender-process.ts', import.meta.url)
const JOBS = 20
const WITHIN_MS = 5
const ANSWER_DELAY_MS = 60

/**
 * The delay of actions after their ticks: 20 jobs every second, each scheduler in a process of its own, in turns. A
 * scheduler that needs a server gets a server of this machine, or is left out.
 *
 * Besides the delay, the time of the process on a core for the starts of one tick: the delay may also come from other
 * processes on the cores, the core time does not.
 *
 * - `S3SCHED_BENCH_ONLY`: croner, and the schedulers with this text in their names
 * - `S3SCHED_BENCH_SECONDS`: seconds of a turn, 15 by default
 * - `S3SCHED_BENCH_ROUNDS`: turns of each scheduler, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const seconds = Number(process.env['S3SCHED_BENCH_SECONDS'] ?? 15)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const minio = await startMinio()
  const proxy =
    minio === undefined
      ? undefined
      : await startDelayProxy({ host: '127.0.0.1', port: minio.port }, () => ANSWER_DELAY_MS / 2)
  const redis = await startRedis()
  const postgres = await startPostgres()
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
  const only = process.env['S3SCHED_BENCH_ONLY'] ?? ''
  for (const name of contenders.keys()) if (name !== 'croner' && !name.includes(only)) contenders.delete(name)
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

function ours(store: string): Contender {
  return { name: 's3sched', store }
}

function report(found: ReadonlyMap<string, readonly Starts[]>): readonly Measurement[] {
  const peer = found.get('croner') ?? []
  return [...found].flatMap(([name, turns]) => [
    ...lagsOf(name, turns),
    ...(name.startsWith('s3sched') ? besidePeer(name, turns, peer) : []),
  ])
}

function lagsOf(name: string, turns: readonly Starts[]): readonly Measurement[] {
  const lags = turns.flatMap(({ lagsMs }) => lagsMs)
  const onCore = turns.flatMap(({ onCoreMs }) => onCoreMs)
  const sum = (kind: 'missed' | 'doubled'): number => turns.reduce((total, turn) => total + turn[kind], 0)
  const budget = name.startsWith('s3sched') ? { atMost: 0 } : {}
  return [
    { name: `${name}: p50`, value: percentile(lags, 0.5), unit: 'ms' },
    { name: `${name}: p99`, value: percentile(lags, 0.99), unit: 'ms' },
    { name: `${name}: latest`, value: percentile(lags, 1), unit: 'ms' },
    { name: `${name}: on the core for a tick, p50`, value: percentile(onCore, 0.5), unit: 'ms' },
    { name: `${name}: on the core for a tick, p99`, value: percentile(onCore, 0.99), unit: 'ms' },
    { name: `${name}: missed of ${lags.length}`, value: sum('missed'), unit: 'ticks', ...budget },
    { name: `${name}: doubled`, value: sum('doubled'), unit: 'ticks', ...budget },
  ]
}

/**
 * In each round both schedulers saw about the same machine. The median leaves out a round with other load on the
 * machine.
 */
function besidePeer(name: string, turns: readonly Starts[], peer: readonly Starts[]): readonly Measurement[] {
  return ([0.5, 0.99] as const).map((part) => {
    const differences = turns.map(
      ({ lagsMs }, round) => percentile(lagsMs, part) - percentile(peer[round]?.lagsMs ?? [], part),
    )
    const kind = part === 0.5 ? 'p50' : 'p99'
    return {
      name: `${name}: ${kind} over croner's, median round`,
      value: median(differences),
      unit: 'ms',
      atMost: WITHIN_MS,
    }
  })
}
