import { Database, SchedulerPlugin } from '../src/index.ts'

export interface QuickStartReport {
  readonly result: unknown
  readonly events: readonly string[]
  readonly active: readonly string[]
  readonly history: readonly { readonly status: string; readonly result: unknown }[]
}

/** Runs the Quick Start of the README on a store, and reports the result. */
export async function quickStart(connectionString: string): Promise<QuickStartReport> {
  const db = new Database({ connectionString })
  await db.connect()
  const sessions = await db.createResource({
    name: 'sessions',
    attributes: { userId: 'string|required', expiresAt: 'number|required', active: 'boolean' },
  })
  await sessions.insertMany([
    { id: 'old', userId: 'u1', expiresAt: Date.now() - 1000, active: true },
    { id: 'ended', userId: 'u2', expiresAt: Date.now() - 1000, active: false },
    { id: 'new', userId: 'u3', expiresAt: Date.now() + 60_000, active: true },
  ])
  const scheduler = new SchedulerPlugin({
    jobs: {
      cleanup_sessions: {
        schedule: '0 * * * *',
        retries: 3,
        timeout: 30000,
        action: async (database) => {
          const { sessions: resource } = database.resources
          if (resource === undefined) throw new Error('no sessions')
          const expired = await resource.query({ expiresAt: { $lt: Date.now() }, active: true })
          for (const session of expired) await resource.update(session.id, { active: false })
          return { cleaned: expired.length }
        },
      },
      daily_report: {
        schedule: '0 8 * * *',
        timezone: 'America/New_York',
        action: async (database) => ({ totalSessions: await database.resources['sessions']?.count() }),
      },
    },
  })
  const events: string[] = []
  await db.usePlugin(scheduler)
  await scheduler.start()
  scheduler.on('jobStarted', ({ jobName, scheduledTime }) => events.push(`started ${jobName} ${typeof scheduledTime}`))
  scheduler.on('jobCompleted', ({ jobName, result }) => events.push(`completed ${jobName} ${JSON.stringify(result)}`))
  scheduler.on('jobFailed', ({ jobName }) => events.push(`failed ${jobName}`))
  const result = await scheduler.runJob('cleanup_sessions')
  await scheduler.stop()
  const active = (await sessions.query({ active: true })).map(({ id }) => id)
  const history = await scheduler.getJobHistory('cleanup_sessions')
  await scheduler.stop()
  await db.disconnect()
  return { result, events, active, history: history.map(({ result: told, status }) => ({ status, result: told })) }
}

export const QUICK_START_REPORT: QuickStartReport = {
  result: { cleaned: 1 },
  events: ['started cleanup_sessions object', 'completed cleanup_sessions {"cleaned":1}'],
  active: ['new'],
  history: [{ status: 'success', result: { cleaned: 1 } }],
}
