import { silentLogger } from '@s3sched/kernel'
import { SchedulerPlugin } from '@s3sched/plugin'
import { givenArgs, tell } from '../process/inside.ts'

export interface InstanceArgs {
  readonly store: string
  readonly workerId: string
  readonly heartbeatInterval: number
}

/** An instance's messages: the instance takes part, leads, or has run its job. */
export type Word = 'started' | 'leads' | 'ran'

/** One instance of a fleet with a job every second. Stops cleanly on the message `stop`. */
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
