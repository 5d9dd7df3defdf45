import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { QueueArgs, QueueWork } from '../queues/queue-process.ts'
import { startServers } from '../queues/servers.ts'
import { median } from '../statistics.ts'

const QUEUE = new URL('../queues/queue-process.ts', import.meta.url)
const CONCURRENCY = 50

/**
 * Runs on request whose callers wait for the end (`runJob` on MinIO), 50 callers at a time, beside queues of the same
 * machine, in turns.
 *
 * - `S3SCHED_BENCH_JOBS`: number of runs, 2,000 by default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const count = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 2000)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const { minio, peers, stop } = await startServers()
  try {
    const rates = new Map<string, number[]>()
    const cpus: number[] = []
    for (let round = 0; round < rounds; round++) {
      const contenders = new Map(peers)
      if (minio !== undefined) contenders.set('s3sched', { name: 's3sched', store: await minio.bucket() })
      for (const [name, contender] of contenders) {
        const args: QueueArgs = { contender, work: 'ask', count, concurrency: CONCURRENCY }
        const { cpuMs, tookMs } = await runProcess<QueueWork>(QUEUE, args)
        rates.set(name, [...(rates.get(name) ?? []), count / (tookMs / 1000)])
        if (name === 's3sched') cpus.push(cpuMs / count)
      }
    }
    return [
      ...[...rates].map(([name, found]) => ({
        name: `${name}: ${count} runs on request`,
        value: median(found),
        unit: 'per s',
        ...(name === 's3sched' ? { atLeast: 2000 } : {}),
      })),
      ...(cpus.length === 0 ? [] : [{ name: 'CPU per run of s3sched', value: median(cpus), unit: 'ms' }]),
    ]
  } finally {
    await stop()
  }
}
