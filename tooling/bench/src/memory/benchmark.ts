import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { Hour } from './hour-process.ts'

const HOUR = new URL('hour-process.ts', import.meta.url)

/**
 * Checks for a flat heap over an hour of 50 runs a second, on the simulated clock.
 *
 * - `S3SCHED_BENCH_MINUTES`: number of simulated minutes, 60 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const minutes = Number(process.env['S3SCHED_BENCH_MINUTES'] ?? 60)
  const { heapMegabytes, runs } = await runProcess<Hour>(HOUR, { minutes })
  const sixth = Math.ceil(heapMegabytes.length / 6)
  const early = heapMegabytes[sixth] ?? Number.NaN
  const late = heapMegabytes.at(-1) ?? Number.NaN
  return [
    { name: `runs in ${minutes} minutes`, value: runs, unit: 'runs' },
    { name: 'heap after a sixth of them', value: early, unit: 'MB' },
    { name: 'heap at the end', value: late, unit: 'MB' },
    { name: 'growth', value: late - early, unit: 'MB', atMost: 1 },
  ]
}
