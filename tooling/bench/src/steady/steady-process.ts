import { setTimeout as sleep } from 'node:timers/promises'
import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore } from '@s3sched/store'
import { createCountingStore, type RequestCounts } from '@s3sched/store/testing'
import { givenArgs, tell } from '../process/inside.ts'

export interface SteadyArgs {
  readonly store: string
  /** Number of jobs, each due every second; the jobs of an idle process are never due. */
  readonly jobs: number
  readonly isIdle: boolean
  /** Seconds of the measurement, after as many for the compiler. */
  readonly seconds: number
}

export interface Steady {
  readonly runs: number
  /** Time of this process on a core, in ms. */
  readonly cpuMs: number
  readonly requests: RequestCounts
}

const { isIdle, jobs, seconds, store: connection } = givenArgs() as SteadyArgs
const { requests, reset, store } = createCountingStore(openStore(connection))
let runs = 0
const scheduler = new SchedulerPlugin<unknown>({
  store,
  skipColdStart: true,
  logger: silentLogger,
  jobs: Object.fromEntries(
    Array.from({ length: jobs }, (_, index) => [
      `job-${index}`,
      { schedule: isIdle ? null : '* * * * * *', action: () => void runs++ },
    ]),
  ),
})
await scheduler.start()
await sleep(seconds * 1000)
// Half a second away from the ticks: no run is cut in two.
await sleep(1500 - (Date.now() % 1000))
runs = 0
reset()
const before = process.cpuUsage()
await sleep(seconds * 1000)
const { system, user } = process.cpuUsage(before)
await tell({ runs, cpuMs: (user + system) / 1000, requests: { ...requests } } satisfies Steady)
await scheduler.stop()
process.disconnect()
process.exit(0)
