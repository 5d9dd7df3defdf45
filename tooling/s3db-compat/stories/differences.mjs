// What the guide says of the scheduler of s3db.js itself: where its code differs from ours.
import { Database } from '#s3db'
import { tell } from './tell.mjs'

// Version 21 has its scheduler in a file of its own.
const { SchedulerPlugin } = await import('s3db.js/plugins/scheduler.plugin').catch(() => import('s3db.js'))

// With this variable its scheduler would wait differently. Its waits are noted, and none is waited for.
delete process.env.NODE_ENV
const waits = []
globalThis.originalSetTimeout = (work, ms) => {
  waits.push(ms)
  return ms > 60_000 ? undefined : setImmediate(() => work())
}

const db = new Database({ connectionString: 'memory://differences', logLevel: 'silent' })
await db.connect()
const ends = []
const schedule = '@daily'
const scheduler = new SchedulerPlugin({
  logLevel: 'silent',
  startupJitterMax: 0,
  persistJobs: false,
  jobs: {
    flaky: { schedule, retries: 4, action: () => Promise.reject(new Error('no')) },
    long: { schedule, action: () => new Promise((end) => ends.push(end)) },
  },
})
await db.usePlugin(scheduler)

waits.length = 0
await scheduler.runJob('flaky').catch(() => undefined)
const timeout = waits.find((ms) => ms > 60_000)
const delays = waits.filter((ms) => ms < 60_000)

const first = scheduler.runJob('long')
while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
// It throws at once, although its other answers are promises.
const second = await Promise.resolve()
  .then(() => scheduler.runJob('long'))
  .then(String, String)
ends[0]()
await first

// The third is a Saturday with an odd date, the twelfth a Monday with an even one, the sixth neither.
const days = [3, 12, 6].map((day) =>
  // oxlint-disable-next-line no-underscore-dangle -- its public answers depend on the day of the test
  scheduler._hasCronMatchInTimezone('0 0 */2 * 1', new Date(Date.UTC(2026, 0, day)), 'UTC'),
)
const { startupJitterMax } = new SchedulerPlugin({ jobs: { long: { schedule, action() {} } } }).coordinatorConfig

tell({ delays, timeout, second, days, startupJitterMax })
