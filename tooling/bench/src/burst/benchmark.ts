import type { Measurement } from '../measurement.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'
import { besideRawPuts } from './beside-raw-puts.ts'

/**
 * Many jobs on one tick, on MinIO.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs, 10,000 by default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 1 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 10_000)
  const minio = await startMinio()
  if (minio === undefined) return []
  try {
    const { bursts, raw } = await besideRawPuts(minio, jobs, Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 1))
    const claimMs = median(bursts.map((burst) => burst.claimMs))
    const wrong = bursts.reduce((sum, { doubled, ran }) => sum + doubled + jobs - ran, 0)
    return [
      { name: `${2 * jobs} PUTs by the SDK alone, 50 at once`, value: raw.tookMs / 1000, unit: 's' },
      { name: `${jobs} jobs on one tick: all claimed`, value: claimMs / 1000, unit: 's' },
      { name: 'beside those PUTs', value: claimMs / raw.tookMs, unit: 'times', atMost: 1.2 },
      { name: 'all run and recorded', value: median(bursts.map((burst) => burst.drainMs)) / 1000, unit: 's' },
      { name: 'PUTs per run', value: median(bursts.map((burst) => burst.puts)) / jobs, unit: 'PUT' },
      {
        name: 'longest block of the event loop, on the core',
        value: Math.max(...bursts.map(({ longestBlock }) => longestBlock.cpuMs)),
        unit: 'ms',
        atMost: 50,
      },
      {
        name: 'longest block of the event loop, waits for a core included',
        value: Math.max(...bursts.map(({ longestBlock }) => longestBlock.wallMs)),
        unit: 'ms',
      },
      { name: 'the same by the SDK alone, on the core', value: raw.longestBlock.cpuMs, unit: 'ms' },
      { name: 'the same by the SDK alone, waits included', value: raw.longestBlock.wallMs, unit: 'ms' },
      { name: 'CPU per run', value: median(bursts.map(({ cpuMs }) => cpuMs)) / jobs, unit: 'ms' },
      { name: 'CPU per two PUTs by the SDK alone', value: raw.cpuMs / jobs, unit: 'ms' },
      { name: 'missed or doubled', value: wrong, unit: 'ticks', atMost: 0 },
    ]
  } finally {
    await minio.stop()
  }
}
