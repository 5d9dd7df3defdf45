import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { givenArgs, tell } from '../process/inside.ts'

export interface InstanceArgs {
  readonly store: string
  readonly workerId: string
  readonly heartbeatInterval: number
}

/** What an instance says: that it takes part, that it leads, or that its job has run. */
export type Word = 'started' | 'leads' | 'ran'

/** One instance of a fleet with a job every second. It stops cleanly when it is told `stop`. */
const { heartbeatInterval, store, workerId } = givenArgs() as InstanceArgs
const scheduler = new SchedulerPlugin<unknown>({
  store,
  workerId,
  heartbeatInterval,
  skipColdStart: true,
  logger: silentLogger,
  jobs: { secondly: { schedule: '* * * * * *', action: () => tell('ran') } },
})
scheduler.on('plg:scheduler:coordinator-promoted', () => void tell('leads'))
process.once('message', () => void scheduler.stop().then(() => process.disconnect()))
await scheduler.start()
await tell('started')
