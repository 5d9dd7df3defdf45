import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { createScheduler, currentRun, type RunFacts, type Scheduler, SchedulerPlugin } from '../src/index.ts'
import { createTestPlugin, createTestScheduler } from '../src/testing/index.ts'

const world = { logger: silentLogger, handleSignals: false, skipColdStart: true } as const

describe('createScheduler', () => {
  const open: { stop(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of open.splice(0)) await each.stop()
  })
  const opened = <S extends { stop(): Promise<void> }>(scheduler: S): S => {
    open.push(scheduler)
    return scheduler
  }

  it('calls an action with its context and the scheduler, and with no database', async () => {
    const calls: unknown[][] = []
    const action = (...given: readonly [RunFacts, Scheduler]): string => {
      calls.push([...given])
      return `${given[0].jobName} of ${given[1].workerId}`
    }
    const scheduler = opened(
      createScheduler({
        ...world,
        store: createMemoryStore(),
        workerId: 'ann',
        jobs: { job: { schedule: null, action } },
      }),
    )
    expect(await scheduler.runJob('job')).toBe('job of ann')
    const [context, own, ...others] = calls[0] ?? []
    expect(context).toMatchObject({ jobName: 'job', attempt: 1, fence: 1 })
    expect(context).not.toHaveProperty('database')
    expect(own).toBe(scheduler)
    expect(others).toEqual([])
  })

  it('runs ticks by the same engine, with the fields of the job', async () => {
    const test = opened(
      await createTestScheduler({
        jobs: {
          region: { schedule: '@hourly', context: { name: 'eu' }, action: ({ name, log }) => (log('hello'), name) },
          next: { schedule: null, after: 'region', action: () => currentRun()?.jobName },
        },
      }),
    )
    expect(await test.tick('region')).toMatchObject({ status: 'success', result: 'eu', trigger: 'schedule' })
    await test.advance(1000)
    expect(await test.scheduler.getJobHistory('next')).toMatchObject([{ result: 'next', trigger: 'chain' }])
  })

  it('calls an isolated action with the context alone', async () => {
    const scheduler = opened(
      createScheduler({
        ...world,
        store: createMemoryStore(),
        jobs: { letter: { schedule: null, action: new URL('actions/letter.ts', import.meta.url) } },
      }),
    )
    expect(await scheduler.runJob('letter', { to: 'ann' })).toEqual({
      arguments: 1,
      jobName: 'letter',
      attempt: 1,
      to: 'ann',
    })
  })

  it('returns itself from the addition of a job, and knows the job', async () => {
    const scheduler = opened(createScheduler({ ...world, store: createMemoryStore(), jobs: {} }))
    const more = await scheduler.addJob('more', { schedule: null, action: () => 'more' })
    expect(more).toBe(scheduler)
    expect(await more.runJob('more')).toBe('more')
    expect(() => scheduler.addJob('more', { schedule: null, action: () => {} })).toThrow(/already exists/)
  })

  it('names itself and its actions in refusals, and knows no option of a database', () => {
    expect(() => createScheduler({ stroe: 1 } as object)).toThrow(/createScheduler.*stroe/)
    expect(() => createScheduler({ workerTimeout: 1 } as object)).toThrow(/workerTimeout/)
    expect(() => createScheduler({ isolation: { database: new URL(import.meta.url) } as object })).toThrow(/database/)
    expect(() => createScheduler({ jobs: { job: { schedule: null, action: 5 as never } } })).toThrow(
      /a function \(context, scheduler\) => result/,
    )
  })

  it('has the default store that a plugin of a database lacks', async () => {
    vi.stubEnv('S3SCHED_STORE', 'memory://create-scheduler')
    const scheduler = opened(createScheduler({ ...world, jobs: { job: { schedule: null, action: () => 1 } } }))
    expect(await scheduler.runJob('job')).toBe(1)
    const plugin = new SchedulerPlugin({ ...world, jobs: {} })
    await expect(plugin.start()).rejects.toMatchObject({
      code: 'NOT_STARTED',
      message: expect.stringMatching(/createScheduler/) as unknown,
    })
    vi.unstubAllEnvs()
  })

  it('refuses an empty variable for the store by its name', async () => {
    vi.stubEnv('S3SCHED_STORE', '')
    await expect(createScheduler({ ...world, jobs: {} }).start()).rejects.toThrow(
      /the variable S3SCHED_STORE is empty. Set S3SCHED_STORE to a store/,
    )
    vi.unstubAllEnvs()
  })
})

it('a test plugin gives its actions the database of the test', async () => {
  const database = { rows: 3 }
  const test = await createTestPlugin({
    database,
    startAt: createManualClock().now(),
    jobs: { count: { schedule: '@hourly', action: ({ rows }) => rows } },
  })
  expect(await test.tick('count')).toMatchObject({ result: 3 })
  await test.stop()
})
