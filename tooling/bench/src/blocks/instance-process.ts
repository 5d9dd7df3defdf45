import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { givenArgs, tell } from '../process/inside.ts'
import compute from './compute.mjs'

export interface InstanceArgs {
  readonly store: string
  readonly workerId: string
  readonly isIsolated: boolean
  readonly computeMs: number
  readonly heartbeatMs: number
}

/** The events of an instance until its end. */
export interface Heard {
  /** The names of the leaders in the order of their elections. */
  readonly leaders: readonly string[]
  /** Delays of the starts of the quick job here, ms. */
  readonly lags: readonly number[]
  readonly verdicts: number
}

/** An instance with a job that computes for most of every 10 s, and a quick job every second. Any message stops it. */
const { computeMs, heartbeatMs, isIsolated, store, workerId } = givenArgs() as InstanceArgs
const leaders: string[] = []
const lags: number[] = []
let verdicts = 0
const scheduler = new SchedulerPlugin({
  store,
  workerId,
  heartbeatInterval: heartbeatMs,
  logger: silentLogger,
  jobs: {
    // Started before the quick job of the same instant.
    compute: {
      schedule: '*/10 * * * * *',
      context: { computeMs },
      action: isIsolated ? new URL('compute.mjs', import.meta.url) : compute,
    },
    quick: {
      schedule: '* * * * * *',
      action: (_, { scheduledTime }) => void lags.push(Date.now() - scheduledTime.getTime()),
    },
  },
})
scheduler.on('plg:scheduler:coordinator-elected', ({ workerId: elected }) => void leaders.push(elected))
scheduler.on('plg:scheduler:job-lost', () => void verdicts++)
await scheduler.start()
process.once('message', () => {
  void scheduler
    .stop()
    .then(() => tell({ leaders, lags, verdicts } satisfies Heard))
    .then(() => process.exit(0))
})
await tell('started')
