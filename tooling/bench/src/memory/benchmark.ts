import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { Heap, HeapArgs } from './heap-process.ts'

const HEAP = new URL('heap-process.ts', import.meta.url)
const HOUR_MS = 3_600_000

/**
 * Checks for a flat heap over an hour of 50 runs a second, and over days of 100 runs a minute, on the simulated clock.
 *
 * - `S3SCHED_BENCH_MINUTES`: number of simulated minutes, 60 by default
 * - `S3SCHED_BENCH_DAYS`: number of simulated days, 1 by default; a day takes about a minute on a core
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const minutes = Number(process.env['S3SCHED_BENCH_MINUTES'] ?? 60)
  const days = Number(process.env['S3SCHED_BENCH_DAYS'] ?? 1)
  return [
    ...(await heapOver(`${minutes} minutes of 50 runs a second`, {
      jobs: 50,
      schedule: '* * * * * *',
      steps: minutes,
      stepMs: 60_000,
    })),
    ...(await heapOver(`${days} days of 100 runs a minute`, {
      jobs: 100,
      schedule: '* * * * *',
      steps: days * 24,
      stepMs: HOUR_MS,
    })),
  ]
}

async function heapOver(what: string, args: HeapArgs): Promise<Measurement[]> {
  if (args.steps === 0) return []
  const { heapMegabytes, runs } = await runProcess<Heap>(HEAP, { ...args })
  const sixth = Math.ceil(heapMegabytes.length / 6)
  const early = heapMegabytes[sixth] ?? Number.NaN
  const late = heapMegabytes.at(-1) ?? Number.NaN
  return [
    { name: `${what}: runs`, value: runs, unit: 'runs' },
    { name: 'heap after a sixth of them', value: early, unit: 'MB' },
    { name: 'heap at the end', value: late, unit: 'MB' },
    { name: 'growth', value: late - early, unit: 'MB', atMost: 1 },
  ]
}
