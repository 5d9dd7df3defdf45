import type { Measurement } from '../measurement.ts'
import { startMinio } from '../server/minio.ts'
import { runProcess } from '../process/run-process.ts'
import { median } from '../statistics.ts'
import type { Burst, BurstArgs } from './burst-process.ts'

const BURST = new URL('burst-process.ts', import.meta.url)

/**
 * Many new jobs on MinIO, all due on one tick.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs, 10,000 by default; the budgets are for this default
 * - `S3SCHED_BENCH_ROUNDS`: number of rounds, 3 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 10_000)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 3)
  const minio = await startMinio()
  if (minio === undefined) return []
  try {
    const bursts: Burst[] = []
    for (let round = 0; round < rounds; round++) {
      const args: BurstArgs = { store: await minio.bucket(), jobs, concurrency: 50, registrationMs: 60_000 }
      bursts.push(await runProcess<Burst>(BURST, args))
    }
    const of = (figure: (burst: Burst) => number): number => median(bursts.map(figure))
    const wrong = bursts.reduce((sum, { doubled, ran }) => sum + doubled + jobs - ran, 0)
    const what = `${jobs} jobs on one tick`
    return [
      { name: `${jobs} new jobs: start`, value: of(({ startMs }) => startMs) / 1000, unit: 's', atMost: 3 },
      { name: 'memory over the empty process', value: of(({ memoryMegabytes: mb }) => mb), unit: 'MB', atMost: 150 },
      { name: `${what}: first start`, value: of(({ firstStartMs }) => firstStartMs) / 1000, unit: 's' },
      { name: 'last start', value: of(({ lastStartMs }) => lastStartMs) / 1000, unit: 's', atMost: 1 },
      { name: 'all recorded', value: of(({ recordedMs }) => recordedMs) / 1000, unit: 's', atMost: 3 },
      { name: 'PUTs', value: of(({ puts }) => puts), unit: 'PUT' },
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
      { name: 'CPU per run', value: of(({ cpuMs }) => cpuMs) / jobs, unit: 'ms' },
      { name: 'missed or doubled', value: wrong, unit: 'ticks', atMost: 0 },
    ]
  } finally {
    await minio.stop()
  }
}
