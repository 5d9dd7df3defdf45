import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { Heap, HeapArgs } from './heap-process.ts'

const HEAP = new URL('heap-process.ts', import.meta.url)
const HOUR_MS = 3_600_000

/**
 * Checks for a flat heap, and flat memory outside of the heap, over an hour of 50 runs a second, over an hour of 10 runs
 * a second among very many idle jobs, and over days of 100 runs a minute, on the simulated clock.
 *
 * - `S3SCHED_BENCH_JOBS`: number of idle jobs, 100,000 by default
 * - `S3SCHED_BENCH_MINUTES`: number of simulated minutes, 60 by default
 * - `S3SCHED_BENCH_DAYS`: number of simulated days, 1 by default; a day takes about a minute on a core
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const minutes = Number(process.env['S3SCHED_BENCH_MINUTES'] ?? 60)
  const days = Number(process.env['S3SCHED_BENCH_DAYS'] ?? 1)
  const idle = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 100_000)
  return [
    ...(await heapOver(`${minutes} minutes of 50 runs a second`, {
      jobs: 50,
      schedule: '* * * * * *',
      idle: 0,
      steps: minutes,
      stepMs: 60_000,
    })),
    ...(await heapOver(`${minutes} minutes of 10 runs a second among ${idle.toLocaleString('en-US')} jobs`, {
      jobs: 10,
      schedule: '* * * * * *',
      idle,
      steps: minutes,
      stepMs: 60_000,
    })),
    ...(await heapOver(`${days} days of 100 runs a minute`, {
      jobs: 100,
      schedule: '* * * * *',
      idle: 0,
      steps: days * 24,
      stepMs: HOUR_MS,
    })),
  ]
}

async function heapOver(what: string, args: HeapArgs): Promise<Measurement[]> {
  if (args.steps === 0) return []
  const { heapMegabytes, outsideMegabytes, runs, waitingMegabytes } = await runProcess<Heap>(HEAP, { ...args })
  return [
    { name: `${what}: runs`, value: runs, unit: 'runs' },
    ...growthOf('heap', heapMegabytes, 1),
    // Up to 4 MB are segments of this process, which wait for the archive.
    ...growthOf('outside of the heap', outsideMegabytes, 5),
    { name: 'the most that was there before a collection', value: Math.max(...waitingMegabytes), unit: 'MB' },
  ]
}

/** Pages fill and are emptied, so the least of ten minutes counts. */
function growthOf(what: string, megabytes: readonly number[], atMost: number): Measurement[] {
  const sixth = Math.ceil(megabytes.length / 6)
  const early = Math.min(...megabytes.slice(sixth, 2 * sixth))
  const late = Math.min(...megabytes.slice(-sixth))
  return [
    { name: `${what} in the second sixth of them`, value: early, unit: 'MB' },
    { name: `${what} in the last sixth`, value: late, unit: 'MB' },
    { name: 'growth', value: late - early, unit: 'MB', atMost },
  ]
}
