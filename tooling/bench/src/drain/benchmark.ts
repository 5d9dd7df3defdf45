import type { Burst, BurstArgs } from '../burst/burst-process.ts'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { QueueArgs, QueueWork } from '../queues/queue-process.ts'
import { startServers } from '../queues/servers.ts'
import { median } from '../statistics.ts'

const BURST = new URL('../burst/burst-process.ts', import.meta.url)
const QUEUE = new URL('../queues/queue-process.ts', import.meta.url)
const CONCURRENCY = 50

/**
 * The rate of due runs with empty actions, 50 at a time, beside queues of the same machine, in turns. A run of s3sched
 * is claimed when it is due and not ahead (`claimAhead: 0`), since claims ahead would wait for the instant within the
 * measured time, and is run and recorded at once (`recordWithin: 0`). The time ends when the last run is recorded; the
 * time of a queue goes from the begin of its worker to the start of the last task, which flatters the queue.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs, 5,000 by default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 5000)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const { minio, peers, stop } = await startServers()
  try {
    const bursts: Burst[] = []
    const others = new Map<string, number[]>([...peers.keys()].map((name) => [name, []]))
    const cpuOfOthers = new Map<string, number[]>([...peers.keys()].map((name) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const [name, contender] of peers) {
        const args: QueueArgs = { contender, work: 'drain', count: jobs, concurrency: CONCURRENCY }
        const { cpuMs, tookMs } = await runProcess<QueueWork>(QUEUE, args)
        others.get(name)?.push(jobs / (tookMs / 1000))
        cpuOfOthers.get(name)?.push(cpuMs / jobs)
      }
      if (minio === undefined) continue
      const store = await minio.bucket()
      const due = { claimAhead: 0, recordWithin: 0 }
      const args: BurstArgs = { store, jobs, concurrency: CONCURRENCY, registrationMs: 15_000, ...due }
      bursts.push(await runProcess<Burst>(BURST, args))
    }
    const rates = bursts.map(({ drainMs }) => jobs / (drainMs / 1000))
    const measurements: Measurement[] = [...others].flatMap(([name, found]) => [
      { name: `${name}: ${jobs} tasks`, value: median(found), unit: 'per s' },
      { name: 'CPU per task, without its server', value: median(cpuOfOthers.get(name) ?? []), unit: 'ms' },
    ])
    if (bursts.length === 0) return measurements
    const wrong = bursts.reduce((sum, { doubled, ran }) => sum + doubled + jobs - ran, 0)
    return [
      ...measurements,
      { name: `s3sched: ${jobs} due runs`, value: median(rates), unit: 'per s', atLeast: 10_000 },
      ...['BullMQ', 'pg-boss'].flatMap((name): Measurement[] => {
        const ratios = (others.get(name) ?? []).map((rate, round) => (rates[round] ?? 0) / rate)
        if (ratios.length === 0) return []
        return [{ name: `beside ${name}, median round`, value: median(ratios), unit: 'times', atLeast: 1 }]
      }),
      { name: 'PUTs', value: median(bursts.map(({ puts }) => puts)), unit: 'PUT' },
      { name: 'CPU per run', value: median(bursts.map(({ cpuMs }) => cpuMs)) / jobs, unit: 'ms' },
      { name: 'missed or doubled', value: wrong, unit: 'ticks', atMost: 0 },
    ]
  } finally {
    await stop()
  }
}
