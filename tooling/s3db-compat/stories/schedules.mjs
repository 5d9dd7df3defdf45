// A scheduler in a database of s3db.js: its bucket, its prefix, its resources, its life.
import { setTimeout as sleep } from 'node:timers/promises'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createOperator } from '@s3sched/plugin/operator'
import { listAll, openStore } from '@s3sched/store'
import { Database } from '#s3db'
import { SOON, tell } from './tell.mjs'

const [, , connectionString] = process.argv
/** Longer than the steps of a disconnect that waits for nobody. */
const ENDING_MS = 1000
/** Two ticks. */
const LATER_MS = 2000

const db = new Database({ connectionString, logLevel: 'silent', ...SOON })
await db.connect()
await db.createResource({ name: 'notes', attributes: { text: 'string|required' } })

const endingStarted = Promise.withResolvers()
const scheduler = new SchedulerPlugin({
  skipColdStart: true,
  jobs: {
    ticking: {
      schedule: '* * * * * *',
      action: async (database, { scheduledTime }) => {
        await database.resources.notes.insert({ text: new Date(scheduledTime).toISOString() })
      },
    },
    counting: { schedule: null, action: async (database) => ({ notes: await database.resources.notes.count() }) },
    ending: {
      schedule: null,
      action: async (database) => {
        endingStarted.resolve()
        await sleep(ENDING_MS)
        await database.resources.notes.insert({ text: 'the end' })
        return 'ended'
      },
    },
  },
})
await db.usePlugin(scheduler)
await scheduler.start()

const completed = []
const enough = new Promise((resolve) => {
  scheduler.on('jobCompleted', ({ jobName, scheduledTime }) => {
    if (jobName === 'ticking') completed.push(new Date(scheduledTime).toISOString())
    if (completed.length === 3) resolve()
  })
})
await enough
const { notes } = await scheduler.runJob('counting')
const history = await scheduler.getJobHistory('ticking', { status: 'success' })

const installedAs = Object.keys(db.plugins)
const ending = scheduler.runJob('ending').catch((error) => String(error))
await endingStarted.promise
await db.disconnect()
let startedAfterwards = 0
scheduler.on('jobStarted', () => startedAfterwards++)

// Without the options for s3db.js alone.
const store = openStore(connectionString.split('?')[0])
const keys = (await listAll(store, 's3sched/')).map(({ key }) => key)
const { state } = JSON.parse(new TextDecoder().decode((await store.get('s3sched/leader.json')).body))
const { runs } = await createOperator(store, { prefix: 's3sched/' }).history.list({ job: 'ticking', status: 'success' })
await store.close()
await sleep(LATER_MS)

tell({
  installedAs,
  doubled: completed.length - new Set(completed).size,
  noted: notes >= 3,
  listed: history.length > 0 && history.every(({ jobName }) => jobName === 'ticking'),
  underWay: await ending,
  // After the end, which waits for the records on their way.
  recorded: completed.every((tick) => runs.some(({ scheduledTime }) => scheduledTime === Date.parse(tick))),
  startedAfterwards,
  leaseAfterwards: state,
  jobs: keys.filter((key) => key.startsWith('s3sched/jobs/')),
})
