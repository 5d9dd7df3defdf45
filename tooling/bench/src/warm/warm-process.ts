import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createMemoryStore } from '@s3sched/store'
import { givenArgs, tell } from '../process/inside.ts'

export interface WarmArgs {
  /** Number of jobs, each due every second. */
  readonly jobs: number
  /** Number of ticks of each part of the measurement. */
  readonly ticks: number
}

/** The time on a core for the runs of a part, in ms. */
export interface Part {
  readonly runs: number
  readonly processMs: number
  readonly threadMs: number
}

export interface Warm {
  /** The first runs of the process: V8 still compiles. */
  readonly cold: Part
  readonly warm: Part
}

const SECOND_MS = 1000

const { jobs, ticks } = givenArgs() as WarmArgs
const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
let runs = 0
const scheduler = new SchedulerPlugin<unknown>({
  store: createMemoryStore({ clock }),
  clock,
  random: createSeededRandom(1),
  skipColdStart: true,
  maxConcurrentJobs: jobs,
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [`job-${index}`, { schedule: '* * * * * *', action: () => ++runs }]),
  ),
})
const started = scheduler.start()
await clock.advance(SECOND_MS)
await started
await tell({ cold: await measure(), warm: await measure() } satisfies Warm)
process.disconnect()
process.exit(0)

async function measure(): Promise<Part> {
  runs = 0
  const ofProcess = process.cpuUsage()
  const ofThread = process.threadCpuUsage()
  for (let tick = 0; tick < ticks; tick++) await clock.advance(SECOND_MS)
  return { runs, processMs: inMs(process.cpuUsage(ofProcess)), threadMs: inMs(process.threadCpuUsage(ofThread)) }
}

function inMs({ system, user }: NodeJS.CpuUsage): number {
  return (system + user) / 1000
}
