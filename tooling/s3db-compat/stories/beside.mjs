// The clients of s3db.js that have no conditional writes: a clear error, and the option that helps.
import { SchedulerPlugin } from '@s3sched/plugin'
import { Database } from 's3db.js'
import { tell } from './tell.mjs'

const db = new Database({ connectionString: 'memory://refused', logLevel: 'silent' })
await db.connect()
const options = { skipColdStart: true, jobs: { answer: { schedule: null, action: () => 42 } } }

const refused = await db.usePlugin(new SchedulerPlugin(options), 'refused').then(
  () => 'nothing was refused',
  ({ code, message }) => ({ code, message }),
)
const helped = new SchedulerPlugin({ ...options, store: 'memory://helped' })
await db.usePlugin(helped, 'helped')
const answer = await helped.runJob('answer')
await helped.stop()

tell({ refused, answer })
