/** One instance of an application. Its parent starts the instance with the store and a name, and sends commands. */
import { createScheduler } from '@s3sched/plugin'
import { jobs } from './jobs.ts'
import type { WorkerCommand, WorkerReport } from './messages.ts'

const [store = '', prefix = '', workerId = ''] = process.argv.slice(2)

const report = (message: WorkerReport): void => {
  if (process.connected) process.send?.(message)
}

const scheduler = createScheduler({
  store,
  prefix,
  workerId,
  jobs,
  heartbeatInterval: 1000,
  coldStartObservationWindow: 1500,
  handleSignals: false,
  // The parent tells the story, which covers the scheduler's log.
  logger: { debug() {}, info() {}, warn() {}, error() {} },
})

scheduler
  .on('plg:scheduler:coordinator-promoted', ({ epoch }) => report({ kind: 'leads', epoch }))
  .on('plg:scheduler:coordinator-demoted', ({ reason }) => report({ kind: 'demoted', reason }))
  .on('jobStarted', ({ jobName, scheduledTime }) => {
    report({ kind: 'started', jobName, lag: Date.now() - scheduledTime.getTime() })
  })
  .on('jobCompleted', ({ attempts, duration, jobName }) => report({ kind: 'completed', jobName, duration, attempts }))
  .on('jobFailed', ({ error, jobName, status }) => report({ kind: 'failed', jobName, status, error: String(error) }))
  .on('plg:scheduler:job-retry', ({ attempt, error, jobName }) => report({ kind: 'retry', jobName, attempt, error }))
  .on('plg:scheduler:job-skipped', ({ jobName, reason }) => report({ kind: 'skipped', jobName, reason }))
  .on('plg:scheduler:job-missed', ({ count, jobName }) => report({ kind: 'missed', jobName, count }))
  .on('plg:scheduler:job-lost', ({ jobName, reason }) => report({ kind: 'lost', jobName, reason }))

const obey = async (command: WorkerCommand): Promise<void> => {
  if (command === 'stop') {
    await scheduler.stop({ timeout: 5000 })
    process.exit(0)
  }
  if (command === 'change-jobs') {
    await scheduler.disableJob('too-slow')
    await scheduler.updateJob('quick', { schedule: '* * * * * *' })
    report({ kind: 'changed' })
    return
  }
  const result = await scheduler.runJob('by-hand', { askedBy: workerId })
  report({ kind: 'result', result })
}

process.on('message', (command: WorkerCommand) => {
  obey(command).catch((error: unknown) => report({ kind: 'trouble', error: String(error) }))
})
// Ctrl-C reaches the whole group; the parent decides. An instance without a parent has no reason to go on.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(1))

try {
  await scheduler.start()
  report({ kind: 'ready' })
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
