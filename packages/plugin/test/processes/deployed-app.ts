/** An instance of an application in version 1 or 2. The process prints a line when ready, and a line per tick. */
import { SchedulerPlugin, type Job } from '../../src/index.ts'

interface Args {
  readonly connection: string
  readonly workerId: string
  readonly version: 1 | 2
}

const { connection, version, workerId } = JSON.parse(process.argv[2] ?? '') as Args

const saying = (schedule: string): Job<unknown> => ({
  schedule,
  catchUp: 'all',
  overlap: 'queue',
  action: (_, { jobName, scheduledTime }) => console.log(`ran ${jobName} ${scheduledTime.getTime()} ${version}`),
})
const ofVersion = {
  1: { stable: saying('* * * * * *'), changed: saying('*/2 * * * * *'), removed: saying('* * * * * *') },
  2: { stable: saying('* * * * * *'), changed: saying('* * * * * *'), added: saying('* * * * * *') },
}

const scheduler = new SchedulerPlugin<unknown>({
  store: connection,
  workerId,
  heartbeatInterval: 2000,
  coldStartObservationWindow: 200,
  jobs: ofVersion[version],
})
process.on('SIGTERM', () => void scheduler.stop().then(() => process.exit(0)))
await scheduler.start()
console.log('ready')
