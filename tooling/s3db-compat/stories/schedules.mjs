// A scheduler in a database of s3db.js: its bucket, its prefix, its resources, its life.
import { SchedulerPlugin } from '@s3sched/plugin'
import { createOperator } from '@s3sched/plugin/operator'
import { listAll, openStore } from '@s3sched/store'
import { Database } from '#s3db'
import { tell } from './tell.mjs'

const [, , connectionString] = process.argv
/** The scheduler's default. */
const CLAIM_AHEAD_MS = 1000

const db = new Database({ connectionString, logLevel: 'silent' })
await db.connect()
await db.createResource({ name: 'notes', attributes: { text: 'string|required' } })

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
let startedAfterwards = 0
// A tick claimed ahead, before the end, still runs.
const lastClaim = Date.now() + CLAIM_AHEAD_MS
await db.disconnect()
scheduler.on('jobStarted', ({ scheduledTime }) => {
  if (Number(new Date(scheduledTime)) > lastClaim) startedAfterwards++
})
await new Promise((resolve) => setTimeout(resolve, 3 * CLAIM_AHEAD_MS))

// Without the options for s3db.js alone.
const store = openStore(connectionString.split('?')[0])
const keys = (await listAll(store, 's3sched/')).map(({ key }) => key)
const { state } = JSON.parse(new TextDecoder().decode((await store.get('s3sched/leader.json')).body))
const { runs } = await createOperator(store, { prefix: 's3sched/' }).history.list({ job: 'ticking', status: 'success' })
await store.close()

tell({
  installedAs,
  doubled: completed.length - new Set(completed).size,
  noted: notes >= 3,
  listed: history.length > 0 && history.every(({ jobName }) => jobName === 'ticking'),
  // After the end, which waits for the records on their way.
  recorded: completed.every((tick) => runs.some(({ scheduledTime }) => scheduledTime === Date.parse(tick))),
  startedAfterwards,
  leaseAfterwards: state,
  jobs: keys.filter((key) => key.startsWith('s3sched/jobs/')),
})
