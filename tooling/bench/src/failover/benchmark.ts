import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Measurement } from '../measurement.ts'
import { startProcess, type BenchProcess } from '../process/run-process.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'
import type { Word } from './instance-process.ts'

const INSTANCE = new URL('instance-process.ts', import.meta.url)
const HEARTBEAT_MS = 1000
const TTL_MS = 3 * HEARTBEAT_MS

type End = 'killed' | 'stopped'

/**
 * The time without a leader after the leader is killed, and after a clean stop, between real processes.
 *
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 5 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 5)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-'))
  const minio = await startMinio()
  const found: Record<End, number[]> = { killed: [], stopped: [] }
  try {
    for (let round = 0; round < rounds; round++) {
      for (const end of ['killed', 'stopped'] as const) {
        const store = (await minio?.bucket()) ?? pathToFileURL(await mkdtemp(join(folder, 'store-'))).href
        // The result depends on the moment within the follower's heartbeat, so every round uses another moment.
        found[end].push(await takeOver(store, end, (HEARTBEAT_MS * round) / rounds))
      }
    }
  } finally {
    await minio?.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const where = minio === undefined ? 'folder' : 'MinIO'
  return [
    ...report(`${where}: killed, until another leads`, found.killed, TTL_MS + 2 * HEARTBEAT_MS),
    ...report(`${where}: stopped, until another leads`, found.stopped, HEARTBEAT_MS + 100),
  ]
}

function report(name: string, times: readonly number[], atMost: number): readonly Measurement[] {
  return [
    { name: `${name}, median`, value: median(times), unit: 'ms' },
    { name: `${name}, longest`, value: Math.max(...times), unit: 'ms', atMost },
  ]
}

async function takeOver(store: string, end: End, offsetMs: number): Promise<number> {
  const leader = startProcess(INSTANCE, { store, workerId: 'a', heartbeatInterval: HEARTBEAT_MS })
  const processes = [leader]
  try {
    await says(leader, 'leads')
    const follower = startProcess(INSTANCE, { store, workerId: 'b', heartbeatInterval: HEARTBEAT_MS })
    processes.push(follower)
    await says(follower, 'started')
    await sleep(2 * HEARTBEAT_MS + offsetMs)
    const from = performance.now()
    if (end === 'killed') leader.kill('SIGKILL')
    else leader.send('stop')
    await says(follower, 'leads')
    return performance.now() - from
  } finally {
    for (const each of processes) each.kill('SIGKILL')
    await Promise.all(processes.map((each) => each.ended))
  }
}

async function says(instance: BenchProcess, word: Word): Promise<void> {
  while ((await instance.next()) !== word);
}
