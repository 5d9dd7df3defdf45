import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, NOON, SECOND, type Fleet } from './fleet.ts'

describe('an action is called with', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it('nothing, when its own context can not be read; that is an error event, and no end of the process', async () => {
    const context = Object.defineProperty({}, 'tenant', {
      enumerable: true,
      get: () => {
        throw new RangeError('no tenant')
      },
    })
    const a = await fleet.boot('a', { job: { schedule: '* * * * *', context, action: () => undefined } })
    await fleet.clock.advance(MINUTE + SECOND)
    expect(eventsOf(a, 'error')).toMatchObject([{ jobName: 'job', error: { message: 'no tenant' } }])
  })

  it('a field for the database where there is none, and a signal that nobody has made before the action asks for it', async () => {
    const contexts: JobContext[] = []
    const made: unknown[] = []
    const action = (_: unknown, context: JobContext): void => {
      made.push(Object.getOwnPropertyDescriptor(context, 'signal')?.value)
      contexts.push(context)
    }
    await fleet.boot('a', { job: { schedule: '* * * * *', action } })
    await fleet.clock.advance(MINUTE + SECOND)
    expect(contexts[0]).toHaveProperty('database', undefined)
    expect(made).toEqual([undefined])
    expect(contexts[0]?.signal).toBeInstanceOf(AbortSignal)
  })

  it('its database, its run and its scheduler', async () => {
    const calls: unknown[][] = []
    const database = { name: 'db' }
    const { scheduler } = await fleet.boot('a', {
      job: {
        schedule: '* * * * *',
        context: { tenant: 7, jobName: 'not this' },
        action: (...args) => void calls.push(args),
      },
    })
    await scheduler.install(database)
    await fleet.clock.advance(MINUTE + SECOND)
    await fleet.clock.advance(MINUTE)
    const [first, second] = calls
    expect(first?.[0]).toBe(database)
    expect(first?.[2]).toBe(scheduler)
    const context = first?.[1] as JobContext
    expect(context).toMatchObject({
      jobName: 'job',
      runId: expect.stringMatching(/^.{22}$/) as string,
      scheduledTime: new Date(NOON + MINUTE),
      attempt: 1,
      fence: 1,
      epoch: 1,
      lastRun: null,
      database,
      tenant: 7,
    })
    expect(context.idempotencyKey).toBe(context.runId)
    expect(context.timeoutMs).toBe(300_000)
    expect(context.signal.aborted).toBe(false)
    expect(typeof context.logger.info).toBe('function')
    const next = second?.[1] as JobContext | undefined
    expect(next?.fence).toBe(2)
    expect(next?.lastRun).toMatchObject({
      runId: context.runId,
      status: 'success',
      scheduledTime: NOON + MINUTE,
    })
  })

  it('a log and a progress, which stay with the run', async () => {
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: null,
        action: (_, { log, progress }) => {
          log('half way', { rows: 5 })
          progress(0.5, 'copying')
        },
      },
    })
    await during(fleet.clock, scheduler.runJob('job'))
    const [run] = await scheduler.getJobHistory('job')
    expect(run?.log).toMatchObject([{ message: 'half way', fields: { rows: 5 } }])
  })

  it('the fields that a run by hand is given, before those of the job', async () => {
    const { scheduler } = await fleet.bootLeader({
      job: { schedule: null, context: { tenant: 7, dry: false }, action: (_, { dry, tenant }) => ({ dry, tenant }) },
    })
    expect(await during(fleet.clock, scheduler.runJob('job', { dry: true }))).toEqual({ dry: true, tenant: 7 })
  })

  it('the number of its attempt, and the same fence for each', async () => {
    const seen: [number, number][] = []
    const { scheduler } = await fleet.bootLeader({
      job: {
        schedule: null,
        retries: 1,
        backoff: [SECOND],
        action: (_, { attempt, fence }) => {
          seen.push([attempt, fence])
          if (attempt === 1) throw new Error('once more')
        },
      },
    })
    await during(fleet.clock, scheduler.runJob('job'))
    expect(seen).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('no epoch without a coordinator', async () => {
    const epochs: unknown[] = []
    const jobs = {
      job: { schedule: '* * * * *', action: (_: unknown, { epoch }: JobContext) => void epochs.push(epoch) },
    }
    await fleet.boot('a', jobs, { enableCoordinator: false })
    await fleet.clock.advance(MINUTE + SECOND)
    expect(epochs).toEqual([undefined])
  })
})

describe('a context that is no object of fields', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it.each([['text'], [5], [[1, 2]], [null]])('is refused, and the job runs on: %j', async (context) => {
    const { scheduler } = await fleet.bootLeader({ job: { schedule: null, action: () => 'done' } })
    const refused = { code: 'INVALID_CONTEXT', message: expect.stringContaining('an object of fields, got') as string }
    await expect(during(fleet.clock, scheduler.runJob('job', context as never))).rejects.toMatchObject(refused)
    await expect(during(fleet.clock, scheduler.requestRun('job', context as never))).rejects.toMatchObject(refused)
    expect(await during(fleet.clock, scheduler.runJob('job'))).toBe('done')
  })
})
