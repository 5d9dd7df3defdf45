import type { Measurement } from '../measurement.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'
import { besideRawPuts } from './beside-raw-puts.ts'

/**
 * Many jobs on one tick, on MinIO.
 *
 * - `S3SCHED_BENCH_JOBS`: how many. 10,000 unless told
 * - `S3SCHED_BENCH_ROUNDS`: how often. 1 unless told
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 10_000)
  const minio = await startMinio()
  if (minio === undefined) return []
  try {
    const { bursts, rawMs } = await besideRawPuts(minio, jobs, Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 1))
    const claimMs = median(bursts.map((burst) => burst.claimMs))
    const wrong = bursts.reduce((sum, { doubled, ran }) => sum + doubled + jobs - ran, 0)
    return [
      { name: `${2 * jobs} PUTs by the SDK alone, 50 at once`, value: rawMs / 1000, unit: 's' },
      { name: `${jobs} jobs on one tick: all claimed`, value: claimMs / 1000, unit: 's' },
      { name: 'beside those PUTs', value: claimMs / rawMs, unit: 'times', atMost: 1.2 },
      { name: 'all run and recorded', value: median(bursts.map((burst) => burst.drainMs)) / 1000, unit: 's' },
      { name: 'PUTs per run', value: median(bursts.map((burst) => burst.puts)) / jobs, unit: 'PUT' },
      {
        name: 'longest block of the event loop',
        value: Math.max(...bursts.map((burst) => burst.longestBlockMs)),
        unit: 'ms',
      },
      {
        name: 'longest turn of the event loop by processor time',
        value: Math.max(...bursts.map((burst) => burst.longestTurnMs)),
        unit: 'ms',
        atMost: 50,
      },
      { name: 'missed or doubled', value: wrong, unit: 'ticks', atMost: 0 },
    ]
  } finally {
    await minio.stop()
  }
}
