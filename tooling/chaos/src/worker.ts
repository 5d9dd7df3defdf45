/** One instance of an application in trouble. The parent starts the instance, and causes the planned faults. */
import { systemClock, systemRandom } from '@s3sched/kernel'
import { SchedulerPlugin, type Job } from '@s3sched/plugin'
import { openStore } from '@s3sched/store'
import { createFaultyStore, type FaultyStore } from '@s3sched/store/testing'
import { JOBS, RECORD_WITHIN_MS, scheduleOf, type ChaosJob } from './jobs.ts'
import { openJournal } from './journal.ts'
import { COULD_NOT_START, type WorkerArgs, type WorkerCommand, type WorkerReport } from './messages.ts'
import type { Trouble } from './plan.ts'

const { heartbeatMs, journal: path, life, store, workerId } = JSON.parse(process.argv[2] ?? '') as WorkerArgs
const journal = openJournal(path)
const network = createFaultyStore(openStore(store), { clock: systemClock, random: systemRandom, client: life })

const report = (message: WorkerReport): void => {
  if (process.connected) process.send?.(message)
}

function define(job: ChaosJob): Job {
  const { after, catchUp, name, onLost, overlap, retries, work } = job
  return {
    schedule: scheduleOf(job),
    overlap,
    backoff: { type: 'fixed', baseMs: 300 },
    ...(after === undefined ? {} : { after }),
    ...(catchUp === undefined ? {} : { catchUp }),
    ...(onLost === undefined ? {} : { onLost }),
    ...(retries === undefined ? {} : { retries }),
    action: async (_database, { attempt, epoch = null, fence, runId, scheduledTime, signal }) => {
      const tick = scheduledTime.getTime()
      const run = { life, job: name, runId, attempt }
      journal.write({ kind: 'start', ...run, tick, fence, epoch, at: Date.now() })
      let hasThrown = true
      try {
        await work({ tick, attempt, signal })
        hasThrown = false
      } finally {
        journal.write({ kind: 'end', ...run, hasThrown, at: Date.now() })
      }
    },
  }
}

const scheduler = new SchedulerPlugin({
  store: network.store,
  workerId,
  jobs: Object.fromEntries(JOBS.map((job) => [job.name, define(job)])),
  heartbeatInterval: heartbeatMs,
  coldStartObservationWindow: heartbeatMs,
  maxConcurrentJobs: 100,
  recordWithin: RECORD_WITHIN_MS,
  handleSignals: false,
})

scheduler
  .on('plg:scheduler:coordinator-promoted', ({ epoch }) => {
    journal.write({ kind: 'leads', life, epoch, at: Date.now() })
    report({ kind: 'leads' })
  })
  .on('plg:scheduler:coordinator-demoted', () => report({ kind: 'leads-no-more' }))

/** The faults of a proxy's connection, for the calls of a folder. */
function makeTrouble(faulty: FaultyStore, trouble: Trouble | 'none'): void {
  faulty.heal()
  faulty.setFaults({})
  if (trouble === 'delay') faulty.setFaults({ minLatencyMs: 50, maxLatencyMs: 300 })
  else if (trouble === 'reset') faulty.setFaults({ lostRequest: 0.5, lostResponse: 0.5 })
  else if (trouble !== 'none') faulty.partition(trouble === 'black-hole' ? 'requests' : 'responses')
}

const obey = async (command: WorkerCommand): Promise<void> => {
  if (command.kind === 'trouble') makeTrouble(network, command.trouble)
  else if (command.kind === 'run-by-hand') await scheduler.runJob('by-hand')
  else if (command.kind === 'pause-job') await scheduler.disableJob('changed')
  else if (command.kind === 'resume-job') await scheduler.enableJob('changed')
  else if (command.kind === 'slow-job') await scheduler.updateJob('changed', { schedule: '*/5 * * * * *' })
  else if (command.kind === 'fast-job') await scheduler.updateJob('changed', { schedule: '* * * * * *' })
  else {
    await scheduler.stop({ timeout: 5000 })
    process.exit(0)
  }
}

process.on('message', (command: WorkerCommand) => {
  obey(command).catch((error: unknown) => console.error(life, command, error))
})
process.on('SIGINT', () => undefined) // the signal reaches the whole group; the parent decides
process.on('disconnect', () => process.exit(1))

try {
  await scheduler.start()
  report({ kind: 'ready' })
} catch (error) {
  console.error(life, error)
  process.exit(COULD_NOT_START)
}
