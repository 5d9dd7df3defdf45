import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { QueueArgs, QueueWork } from '../queues/queue-process.ts'
import { startServers } from '../queues/servers.ts'
import { median } from '../statistics.ts'

const QUEUE = new URL('../queues/queue-process.ts', import.meta.url)

/**
 * Many new jobs with a schedule each, made known by a first start, on MinIO, beside queues of the same machine, in turns.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs, 10,000 by default; the budgets are for this default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const count = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 10_000)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const { minio, peers, stop } = await startServers()
  try {
    const found = new Map<string, QueueWork[]>()
    for (let round = 0; round < rounds; round++) {
      const contenders = new Map(peers)
      // The crontab of graphile-worker is not stored.
      contenders.delete('graphile-worker')
      if (minio !== undefined) contenders.set('s3sched', { name: 's3sched', store: await minio.bucket() })
      for (const [name, contender] of contenders) {
        const args: QueueArgs = { contender, work: 'define', count, concurrency: 1 }
        found.set(name, [...(found.get(name) ?? []), await runProcess<QueueWork>(QUEUE, args)])
      }
    }
    return [...found].flatMap(([name, works]): Measurement[] => {
      const isOurs = name === 's3sched'
      const of = (figure: (work: QueueWork) => number): number => median(works.map(figure))
      return [
        {
          name: `${name}: ${count} new jobs`,
          value: of(({ tookMs }) => tookMs) / 1000,
          unit: 's',
          ...(isOurs ? { atMost: 3 } : {}),
        },
        { name: `${name}: CPU`, value: of(({ cpuMs }) => cpuMs) / 1000, unit: 's' },
        {
          name: `${name}: memory over the process before`,
          value: of(({ memoryMegabytes }) => memoryMegabytes),
          unit: 'MB',
          ...(isOurs ? { atMost: 150 } : {}),
        },
      ]
    })
  } finally {
    await stop()
  }
}
