// The examples of the documents of s3db.js as they stand there, on its database and on ours.
import { Database as Ours, SchedulerPlugin } from '@s3sched/plugin'
import { Database as Theirs } from '#s3db'
import { businessJobs, conditionalJobs, maintenanceJobs } from './documents-jobs.mjs'
import { patterns } from './documents-patterns.mjs'
import { tell } from './tell.mjs'

// The examples write to the console.
console.log = () => {}

const NOW = Date.now()
const HOUR = 3_600_000
const ago = (ms) => new Date(NOW - ms).toISOString()

const DOCUMENTS = {
  sessions: [{ expires_at: ago(HOUR) }, { expires_at: ago(-HOUR) }],
  temp_files: [{ created_at: ago(30 * HOUR) }, { created_at: ago(HOUR) }],
  cache_entries: [
    { created_at: NOW - HOUR, ttl: 1000 },
    { created_at: NOW, ttl: 24 * HOUR },
  ],
  system_metrics: [],
  orders: [
    { created_at: ago(0), amount: 5 },
    { created_at: ago(48 * HOUR), amount: 7 },
  ],
  user_sessions: [{ last_activity: ago(0), user_id: 'ada' }],
  daily_reports: [],
  subscriptions: [
    { status: 'active', billing_cycle: 'monthly', price: 9, user_id: 'ada' },
    { status: 'ended', billing_cycle: 'monthly', price: 9, user_id: 'bob' },
  ],
  billing_records: [],
  users: [
    { id: 'ada', status: 'active', email: 'ada@example.org', preferences: { dailyReport: true } },
    { id: 'bob', status: 'left', email: 'bob@example.org', preferences: { dailyReport: false } },
  ],
  user_activity: [],
  email_log: [],
  backup_history: [{ created_at: ago(24 * HOUR) }],
  audit_log: [{ timestamp: ago(HOUR) }, { timestamp: ago(48 * HOUR) }],
  temp_data: [{ created_at: ago(2 * HOUR) }, { created_at: ago(0) }],
  job_errors: [],
}

/** The attributes by the first document, all optional. */
function attributesOf([first = {}]) {
  const typeOf = (value) => (typeof value === 'object' ? attributesOf([value]) : `${typeof value}|optional`)
  const named = Object.entries(first).filter(([name]) => name !== 'id')
  return named.length === 0
    ? { note: 'string|optional' }
    : Object.fromEntries(named.map(([name, value]) => [name, typeOf(value)]))
}

async function use(db) {
  await db.connect()
  for (const [name, documents] of Object.entries(DOCUMENTS)) {
    const resource = await db.createResource({ name, attributes: attributesOf(documents) })
    for (const document of documents) await resource.insert(document)
  }
  const scheduler = new SchedulerPlugin({
    timezone: 'UTC',
    maxConcurrentJobs: 3,
    persistJobs: true,
    // Options of the documents without a meaning here.
    historyResource: 'plg:scheduler:job-history',
    workerTimeout: 90_000,
    onJobStart: null,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    skipColdStart: true,
    jobs: { ...maintenanceJobs, ...businessJobs, ...conditionalJobs },
  })
  await db.usePlugin(scheduler)
  await scheduler.start()
  const results = {}
  for (const name of Object.keys(scheduler.listJobs())) {
    results[name] = await scheduler.runJob(name).catch(({ message }) => message)
  }
  const { database, ...shown } = results['collect_metrics']
  results['collect_metrics'] = { fields: Object.keys(shown), counted: Object.keys(database).length }
  const found = await patterns(db)
  await scheduler.stop()
  await db.disconnect()
  return { results, found }
}

tell({
  theirs: await use(new Theirs({ connectionString: 'memory://documents', logLevel: 'silent' })),
  ours: await use(new Ours({ connectionString: 'memory://documents' })),
})
