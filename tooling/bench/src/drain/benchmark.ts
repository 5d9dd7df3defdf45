import { besideRawPuts } from '../burst/beside-raw-puts.ts'
import type { Measurement } from '../measurement.ts'
import { startMinio } from '../server/minio.ts'
import { median } from '../statistics.ts'

/**
 * The rate at which due runs of jobs with empty actions are claimed, run and recorded, on MinIO, 50 at a time.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs, 5,000 by default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 2 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 5000)
  const minio = await startMinio()
  if (minio === undefined) return []
  try {
    const { bursts, ratios, raw } = await besideRawPuts(minio, jobs, Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 2))
    const rate = jobs / (median(bursts.map((burst) => burst.drainMs)) / 1000)
    const rawRate = (2 * jobs) / (raw.tookMs / 1000)
    return [
      { name: 'PUTs by the SDK alone, 50 at once', value: rawRate, unit: 'per s' },
      { name: `${jobs} due runs of no-op jobs`, value: rate, unit: 'runs/s' },
      { name: 'beside half the rate of those PUTs', value: rate / (rawRate / 2), unit: 'times', atLeast: 0.7 },
      { name: 'the same, beside the turns before and after, median', value: 1 / median(ratios), unit: 'times' },
    ]
  } finally {
    await minio.stop()
  }
}
