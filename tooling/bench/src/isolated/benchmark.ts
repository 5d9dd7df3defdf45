import { startRedis } from '@s3sched-tooling/engines'
import type { Measurement } from '../measurement.ts'
import { runProcess } from '../process/run-process.ts'
import type { RunnerName } from './runner.ts'
import type { RunsArgs, RunsFigures } from './runs-process.ts'

const PROCESS = new URL('runs-process.ts', import.meta.url)
const OURS: readonly RunnerName[] = ['in process', 'thread', 'process']
const BULLMQ: readonly RunnerName[] = ['BullMQ, in process', 'BullMQ, thread', 'BullMQ, process']
/** Bree starts a thread for each run. */
const RUNS_OF_BREE = 200
const MOST_OVER_IN_PROCESS_MS = { thread: 1, process: 3 } as const
const MOST_GROWTH_MB = 3

/**
 * An action that does nothing, in a thread and in a process, beside Bree (a new thread for each run) and the sandboxed
 * processors of BullMQ. BullMQ's figures contain its queue; the difference to its own function in process is the price
 * of the sandbox.
 *
 * The measured workers run from the sources, so their first run contains the loading of TypeScript.
 *
 * - `S3SCHED_BENCH_ONLY`: the ways whose names contain this text
 * - `S3SCHED_BENCH_RUNS`: runs one after the other, and again as many four at a time; 10,000 by default
 */
export async function benchmark(): Promise<readonly Measurement[]> {
  const runs = Number(process.env['S3SCHED_BENCH_RUNS'] ?? 10_000)
  const redis = await startRedis()
  const figures = new Map<RunnerName, RunsFigures>()
  try {
    const all = [...OURS, 'Bree' as const, ...(redis === undefined ? [] : BULLMQ)]
    for (const name of all.filter((each) => each.includes(process.env['S3SCHED_BENCH_ONLY'] ?? ''))) {
      const args = { name, redis: redis?.url ?? '', runs: name === 'Bree' ? Math.min(runs, RUNS_OF_BREE) : runs }
      figures.set(name, await runProcess<RunsFigures>(PROCESS, args satisfies RunsArgs))
    }
  } finally {
    await redis?.stop()
  }
  return [...figures].flatMap(([name, each]) => report(name, each, figures))
}

function report(name: RunnerName, found: RunsFigures, all: ReadonlyMap<RunnerName, RunsFigures>): Measurement[] {
  const isOurs = name === 'thread' || name === 'process'
  const over = found.tripMs - (all.get('in process')?.tripMs ?? 0)
  return [
    { name: `${name}: start lag, median`, value: found.lagMs, unit: 'ms' },
    { name: `${name}: start lag, 99 %`, value: found.lag99Ms, unit: 'ms' },
    { name: `${name}: a run, median`, value: found.tripMs, unit: 'ms' },
    ...(isOurs
      ? [{ name: `${name}: over in process`, value: over, unit: 'ms', atMost: MOST_OVER_IN_PROCESS_MS[name] }]
      : []),
    { name: `${name}: the first run`, value: found.firstMs, unit: 'ms' },
    { name: `${name}: runs, four at a time`, value: found.perSecond, unit: '1/s' },
    { name: `${name}: the first run adds to its process`, value: found.grownByFirstMb, unit: 'MB' },
    { name: `${name}: an idle worker's own memory`, value: found.workerMb, unit: 'MB' },
    {
      name: `${name}: growth of the heap over the last four fifths of the runs`,
      value: found.grownMb,
      unit: 'MB',
      ...(isOurs ? { atMost: MOST_GROWTH_MB } : {}),
    },
    ...(isOurs ? [{ name: `${name}: processes left after the stop`, value: found.left, unit: '', atMost: 0 }] : []),
  ]
}
