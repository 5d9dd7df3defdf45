import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import { median } from '../statistics.ts'
import type { Part, Warm, WarmArgs } from './warm-process.ts'

const WARM = new URL('warm-process.ts', import.meta.url)

/**
 * The CPU of a run from the tick to the outcome in the page, where 100 jobs are due together each second, in a
 * process with compiled code. The clock is simulated and the store is in memory, so nothing waits: a run costs its
 * own work alone, and the wake-ups of an idle process, as in `steady`, are left out.
 *
 * - `S3SCHED_BENCH_JOBS`: number of jobs that are due together, 100 by default
 * - `S3SCHED_BENCH_ROUNDS`: number of processes, 5 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const jobs = Number(process.env['S3SCHED_BENCH_JOBS'] ?? 100)
  const rounds = Number(process.env['S3SCHED_BENCH_ROUNDS'] ?? 5)
  const args: WarmArgs = { jobs, ticks: Math.ceil(10_000 / jobs) }
  const found: Warm[] = []
  for (let round = 0; round < rounds; round++) found.push(await runProcess<Warm>(WARM, { ...args }))
  const of = (figure: (turn: Warm) => number): number => median(found.map(figure))
  return [
    {
      name: `${jobs} due together, the first 10,000 runs: CPU per run`,
      value: of(({ cold }) => ofProcess(cold)),
      unit: 'ms',
    },
    { name: 'of it the main thread', value: of(({ cold }) => ofThread(cold)), unit: 'ms' },
    { name: 'the next 10,000 runs: CPU per run', value: of(({ warm }) => ofProcess(warm)), unit: 'ms', atMost: 0.15 },
    { name: 'of it the main thread', value: of(({ warm }) => ofThread(warm)), unit: 'ms' },
  ]
}

function ofProcess({ processMs, runs }: Part): number {
  return processMs / runs
}

function ofThread({ runs, threadMs }: Part): number {
  return threadMs / runs
}
