import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createMemoryStore } from '@s3sched/store'
import {
  type HistoryQuery,
  type JobContext,
  SchedulerError,
  SchedulerPlugin,
  type SchedulerEvents,
} from '../src/index.ts'
import { createFleet, during, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const JOBS: FleetJobs = {
  good: { schedule: '0 3 * * *', action: () => 'fine' },
  bad: {
    schedule: null,
    retries: 1,
    backoff: [SECOND],
    action: () => {
      throw new Error('no')
    },
  },
}

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

describe('runJob', () => {
  it('rejects for an unknown job, and throws nothing at once', async () => {
    const { scheduler } = await fleet.boot('a', JOBS)
    const asked = scheduler.runJob('gud')
    await expect(asked).rejects.toMatchObject({ code: 'JOB_NOT_FOUND', message: /^Job 'gud' not found/ })
  })

  it('awaits the functions of the options', async () => {
    const told: unknown[] = []
    const slowly = (name: string) => async (): Promise<void> => {
      await fleet.clock.sleep(SECOND)
      told.push(name)
    }
    const options = { onJobStart: slowly('start'), onJobComplete: slowly('complete'), onJobError: slowly('error') }
    const { scheduler } = await fleet.bootLeader(JOBS, options)
    await during(fleet.clock, scheduler.runJob('good'))
    expect(told).toEqual(['start', 'complete'])
    await expect(during(fleet.clock, scheduler.runJob('bad'))).rejects.toThrow('no')
    expect(told.slice(2)).toEqual(['start', 'error'])
  })

  it('may be awaited in such a function, for the same job too', async () => {
    const answers: unknown[] = []
    const { scheduler } = await fleet.bootLeader(JOBS, {
      onJobComplete: async (jobName) => {
        if (answers.push('asked') === 1) answers.push(await scheduler.runJob(jobName))
      },
    })
    await during(fleet.clock, scheduler.runJob('good'))
    expect(answers).toEqual(['asked', 'asked', 'fine'])
  })
})

describe('the list of jobs', () => {
  it('is an array of jobs, with the names as keys', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    for (const list of [scheduler.getAllJobsStatus(), await Promise.resolve(scheduler.listJobs())]) {
      expect(list.map(({ enabled, name, schedule }) => [name, schedule, enabled])).toEqual([
        ['good', '0 3 * * *', true],
        ['bad', null, true],
      ])
      expect(list['good']?.nextRun).toEqual(new Date(NOON + 15 * HOUR))
      expect(list['gud']).toBeUndefined()
      expect('bad' in list).toBe(true)
      expect(list).toHaveLength(2)
      expect(list[1]?.name).toBe('bad')
      expect([...list].map(({ name }) => name)).toEqual(['good', 'bad'])
      expect(Object.entries(list).map(([name, job]) => [name, job.name])).toEqual([
        ['good', 'good'],
        ['bad', 'bad'],
      ])
      expect(JSON.parse(JSON.stringify(list))).toMatchObject([{ name: 'good' }, { name: 'bad' }])
    }
  })

  it('keeps its own methods and indexes where jobs have their names', async () => {
    const job = { schedule: null, action: () => 1 }
    const { scheduler } = await fleet.bootLeader({ map: job, length: job, 1: job, constructor: job })
    const list = scheduler.listJobs()
    expect(list.map(({ name }) => name)).toEqual(['1', 'map', 'length', 'constructor'])
    expect(list).toHaveLength(4)
    expect(list[1]?.name).toBe('map')
  })
})

describe('options', () => {
  const warned: string[] = []
  const create = (options: object): SchedulerPlugin<unknown> =>
    new SchedulerPlugin<unknown>({
      store: createMemoryStore(),
      logger: { ...silentLogger, warn: (message: string) => void warned.push(message) },
      ...options,
    })
  beforeEach(() => void (warned.length = 0))

  it.each([
    'workerTimeout',
    'minEpochDuration',
    'maxEpochDuration',
    'coldStartPreparationDelay',
    'historyResource',
    'leaseTimeout',
    'heartbeatJitter',
    'coldStartDuration',
    'startupJitterMin',
    'startupJitterMax',
    'coordinatorWorkInterval',
    'epochFencingEnabled',
    'epochGracePeriodMs',
    'resourceNames',
    'namespace',
    'logLevel',
    'jobHistoryResource',
    'warnSlowRegisterWorkerLogs',
  ])('%s of s3db.js is told to have no meaning here', (name) => {
    create({ [name]: 1 })
    expect(warned).toEqual([expect.stringMatching(new RegExp(String.raw`without a meaning here.*: ${name} \(.+\)$`))])
  })

  it('of s3db.js are told in one warning, and the scheduler starts', async () => {
    const scheduler = create({ workerTimeout: 90_000, logLevel: 'silent', namespace: null, handleSignals: false })
    expect(warned).toHaveLength(1)
    expect(warned[0]).toMatch(/workerTimeout.*logLevel/)
    expect(warned[0]).not.toMatch(/namespace/)
    await scheduler.start()
    await scheduler.stop()
  })

  it('that are nobody’s are refused as before, with advice', () => {
    expect(() => create({ workerTimeout: 1, timezoen: 'UTC' })).toThrow(
      "unknown option 'timezoen'. Did you mean 'timezone'?",
    )
    expect(warned).toEqual([])
  })

  it('may be null where they may be absent', async () => {
    const nothing = { onJobStart: null, onJobComplete: null, onJobError: null, workerId: null, claimAhead: null }
    const scheduler = create({ ...nothing, jobs: JOBS })
    expect(await scheduler.runJob('good')).toBe('fine')
    await scheduler.stop()
    expect(() => create({ heartbeatInterval: null })).toThrow('expected heartbeatInterval to be an integer')
  })
})

describe('events', () => {
  it('carry the fields of s3db.js beside the others', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    const heard: Record<string, unknown>[] = []
    for (const event of ['plg:scheduler:job-start', 'plg:scheduler:job-complete', 'jobFailed'] as const) {
      scheduler.on(event, (run: object) => heard.push({ ...run }))
    }
    await during(fleet.clock, scheduler.runJob('good'))
    await expect(during(fleet.clock, scheduler.runJob('bad'))).rejects.toThrow('no')
    const [started, completed, , failed] = heard
    expect(started).toMatchObject({ jobName: 'good', executionId: started?.['runId'], startTime: NOON })
    expect(completed).toMatchObject({ executionId: started?.['runId'], status: 'success', retryCount: 0 })
    expect(failed).toMatchObject({ executionId: failed?.['runId'], status: 'failed', retryCount: 1, attempt: 2 })
  })

  it('and the context of an action name a run alike', async () => {
    const names: unknown[] = []
    const action = (_: unknown, { executionId, runId }: JobContext): void => void names.push(executionId, runId)
    const { scheduler } = await fleet.bootLeader({ good: { schedule: null, action } })
    scheduler.on('jobStarted', ({ executionId }) => names.push(executionId))
    await during(fleet.clock, scheduler.runJob('good'))
    expect(names).toHaveLength(3)
    expect(new Set(names).size).toBe(1)
  })

  it('give an error to read to each failure, whatever was thrown', async () => {
    const errors: Error[] = []
    const action = (): never => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- an application may
      throw 'just words'
    }
    const onJobError = (_: string, error: Error): void => void errors.push(error)
    const { scheduler } = await fleet.bootLeader({ words: { schedule: null, action } }, { onJobError })
    scheduler.on('jobFailed', ({ error }) => errors.push(error))
    await expect(during(fleet.clock, scheduler.runJob('words'))).rejects.toThrow('just words')
    expect(errors).toMatchObject([
      { code: 'JOB_FAILED', cause: 'just words', message: `Job 'words' failed: it threw "just words"` },
      { cause: 'just words' },
    ])
    expect(errors[0]).toBeInstanceOf(SchedulerError)
  })

  it('of the leader are heard under the names of s3db.js too', async () => {
    const { scheduler } = await fleet.boot('a', JOBS, { skipColdStart: false })
    const heard: string[] = []
    const names = [
      'coord:coordinator-elected',
      'coord:coordinator-promoted',
      'plg:coordinator:promoted',
      'coord:coordinator-demoted',
      'coord:coordinator-epoch-renewed',
      'coord:cold-start-phase-changed',
    ] as const
    for (const name of names) scheduler.on(name, () => heard.push(name))
    await fleet.clock.advance(2 * MINUTE)
    await during(fleet.clock, scheduler.stop())
    expect(new Set(heard)).toEqual(new Set(names))
  })

  it('give the database to onJobStart', async () => {
    const database = { name: 'theirs' }
    const seen: unknown[] = []
    const scheduler = new SchedulerPlugin<typeof database>({
      store: createMemoryStore(),
      logger: silentLogger,
      jobs: { good: { schedule: null, action: () => 1 } },
      onJobStart: (_, run) => void seen.push(run.database.name, run.executionId === run.runId),
    })
    await scheduler.install(database)
    await scheduler.runJob('good')
    await scheduler.stop()
    expect(seen).toEqual(['theirs', true])
  })

  it('are listened to by the methods of an EventEmitter', async () => {
    const told: string[] = []
    const scheduler = new SchedulerPlugin<unknown>({
      store: createMemoryStore(),
      logger: silentLogger,
      jobs: JOBS,
      onJobStart: (jobName) => void told.push(`hook ${jobName}`),
    })
    const listener = ({ jobName }: SchedulerEvents['jobStarted']): void => void told.push(jobName)
    scheduler.addListener('jobStarted', listener).on('jobFailed', () => told.push('failed'))
    expect(scheduler.listenerCount('jobStarted')).toBe(1)
    expect(scheduler.emit('jobStarted', { jobName: 'made up' } as SchedulerEvents['jobStarted'])).toBe(true)
    scheduler.removeListener('jobStarted', listener)
    expect(scheduler.listenerCount('jobStarted')).toBe(0)
    expect(scheduler.emit('jobCompleted', {} as SchedulerEvents['jobCompleted'])).toBe(false)
    scheduler.on('jobStarted', listener).removeAllListeners('jobStarted')
    expect(scheduler.listenerCount('jobFailed')).toBe(1)
    scheduler.removeAllListeners()
    await scheduler.runJob('good')
    await scheduler.stop()
    // The functions of the options are no listeners.
    expect(told).toEqual(['made up', 'hook good'])
  })
})

it('isCoordinator tells whether this instance leads', async () => {
  const { scheduler } = await fleet.bootLeader(JOBS)
  expect(scheduler.isCoordinator).toBe(true)
  await during(fleet.clock, scheduler.stop())
  expect(scheduler.isCoordinator).toBe(false)
})

describe('the history', () => {
  it('is asked by the words of s3db.js too', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    await during(fleet.clock, scheduler.runJob('good'))
    await expect(during(fleet.clock, scheduler.runJob('bad'))).rejects.toThrow('no')
    const statuses = async (name: string, query: HistoryQuery): Promise<string[]> =>
      (await scheduler.getJobHistory(name, query)).map(({ status }) => status)
    expect(await statuses('good', { status: 'completed' })).toEqual(['success'])
    expect(await statuses('good', { status: 'error' })).toEqual([])
    expect(await statuses('bad', { status: ['completed', 'error'] })).toEqual(['failed'])
    expect(await statuses('bad', { status: null })).toEqual(['failed'])
    const rates = ['good', 'bad'].map((name) => scheduler.getJobStatus(name)?.statistics.successRate)
    expect(rates).toEqual([1, 0])
    await expect(scheduler.getJobHistory('bad', { status: 'fine' as never })).rejects.toThrow(
      'one or several of success',
    )
    await expect(scheduler.getJobHistory('bad', { status: 5 as never })).rejects.toThrow('one or several of success')
  })

  it('gives 50 runs unless asked for more', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    for (let run = 0; run < 51; run++) await during(fleet.clock, scheduler.runJob('good'))
    expect(await scheduler.getJobHistory('good')).toHaveLength(50)
    expect(await scheduler.getJobHistory('good', { limit: 100 })).toHaveLength(51)
  })
})
