import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { silentLogger } from '@s3sched/kernel'
import { createMemoryStore } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SchedulerPlugin, STORE_REQUEST_CHANNEL } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, NOON, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const JOBS: FleetJobs = {
  good: { schedule: null, action: () => 'fine' },
  bad: {
    schedule: null,
    action: () => {
      throw new TypeError('bad')
    },
  },
}

describe('events', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it('come under every name that they have', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    const heard: string[] = []
    const names = [
      'jobStarted',
      'plg:scheduler:job-started',
      'plg:scheduler:job-start',
      'jobCompleted',
      'plg:scheduler:job-completed',
      'plg:scheduler:job-complete',
      'jobFailed',
      'plg:scheduler:job-failed',
    ] as const
    for (const name of names) scheduler.on(name, ({ jobName }) => heard.push(`${name} ${jobName}`))
    await during(fleet.clock, scheduler.runJob('good'))
    expect(heard).toEqual(names.slice(0, 6).map((name) => `${name} good`))
    heard.length = 0
    await during(
      fleet.clock,
      scheduler.runJob('bad').catch(() => undefined),
    )
    expect(heard).toEqual([...names.slice(0, 3), ...names.slice(6)].map((name) => `${name} bad`))
  })

  it('of runs tell the run, the instance and the outcome', async () => {
    const leader = await fleet.bootLeader(JOBS)
    await during(fleet.clock, leader.scheduler.runJob('good'))
    await during(
      fleet.clock,
      leader.scheduler.runJob('bad').catch(() => undefined),
    )
    const [started] = eventsOf(leader, 'jobStarted')
    const run = { jobName: 'good', trigger: 'manual', workerId: 'a', epoch: 1, scheduledTime: expect.any(Date) as Date }
    expect(started).toMatchObject(run)
    expect(eventsOf(leader, 'jobCompleted')).toMatchObject([
      { ...run, runId: started?.['runId'], result: 'fine', duration: 0, attempts: 1 },
    ])
    const [failed] = eventsOf(leader, 'jobFailed')
    expect(failed).toMatchObject({ jobName: 'bad', status: 'failed', attempts: 1 })
    expect(failed?.['error']).toBeInstanceOf(TypeError)
  })

  it('of changes come when the change is in the bucket', async () => {
    const leader = await fleet.bootLeader(JOBS)
    const { clock } = fleet
    const { scheduler } = leader
    await during(clock, scheduler.addJob('new', { schedule: null, action: () => 1 }))
    await during(clock, scheduler.updateJob('new', { retries: 2 }))
    await during(clock, scheduler.disableJob('new'))
    await during(clock, scheduler.enableJob('new'))
    await during(clock, scheduler.removeJob('new'))
    const ofJobs = leader.events.filter(({ name }) => name.startsWith('plg:scheduler:job-'))
    expect(ofJobs.map(({ name, payload }) => [name.slice('plg:scheduler:job-'.length), payload['jobName']])).toEqual(
      ['added', 'updated', 'disabled', 'enabled', 'removed'].map((name) => [name, 'new']),
    )
  })

  it('of a tick that another instance was first with', async () => {
    const jobs: FleetJobs = { job: { schedule: '* * * * *', action: () => 1 } }
    const instances = [
      await fleet.boot('a', jobs, { enableCoordinator: false }),
      await fleet.boot('b', jobs, { enableCoordinator: false }),
    ]
    await fleet.clock.advance(MINUTE + SECOND)
    const beaten = instances.flatMap((instance) => eventsOf(instance, 'plg:scheduler:job-lock_failed'))
    expect(beaten).toEqual([
      { jobName: 'job', scheduledTime: new Date(NOON + MINUTE), reason: 'another instance settled it first' },
    ])
  })

  it('that are taken off or heard once are not heard again', async () => {
    const { scheduler } = await fleet.bootLeader(JOBS)
    const heard: string[] = []
    const listener = (): void => void heard.push('on')
    scheduler.on('jobStarted', listener).once('jobStarted', () => heard.push('once'))
    await during(fleet.clock, scheduler.runJob('good'))
    scheduler.off('jobStarted', listener)
    await during(fleet.clock, scheduler.runJob('good'))
    expect(heard).toEqual(['on', 'once'])
  })

  it.each(['on', 'once', 'off', 'addListener', 'removeListener', 'removeAllListeners'] as const)(
    'of an unknown name are refused by %s, with the nearest name',
    async (method) => {
      const { scheduler } = await fleet.bootLeader(JOBS)
      const call = (event: string) => () => scheduler[method](event as 'jobStarted', () => undefined)
      expect(call('jobComplete')).toThrow(
        expect.objectContaining({
          name: 'SchedulerError',
          code: 'INVALID_ARGUMENT',
          message: `expected the name of an event, got "jobComplete". Did you mean 'jobCompleted'?`,
        }),
      )
      expect(call('plg:scheduler:job-misst')).toThrow(`Did you mean 'plg:scheduler:job-missed'?`)
      expect(call('coord:coordinator-elected')).not.toThrow()
    },
  )

  it('break nothing when a listener throws or rejects, and say so in the log', async () => {
    const errors: string[] = []
    const logger = {
      debug: () => 0,
      info: () => 0,
      warn: () => 0,
      error: (message: string) => void errors.push(message),
    }
    const loud = createFleet(NOON, logger)
    const { scheduler } = await loud.bootLeader(JOBS)
    scheduler.on('jobStarted', () => {
      throw new Error('listener')
    })
    scheduler.on('jobCompleted', async () => {
      throw new Error('listener')
    })
    expect(await during(loud.clock, scheduler.runJob('good'))).toBe('fine')
    await loud.clock.advance(0)
    expect(errors).toEqual(["a listener of 'jobStarted' threw", "a listener of 'jobCompleted' threw"])
    await loud.stopAll()
  })

  it('an error tells of a change that did not reach the bucket, and nothing is left unhandled', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    const store = createMemoryStore()
    const broken = { ...store, get: async () => Promise.reject(new Error('away')), description: 'broken' }
    const scheduler = new SchedulerPlugin<unknown>({ store: broken, logger: silentLogger })
    const told = new Promise((resolve) => scheduler.on('error', resolve))
    void scheduler.addJob('job', { schedule: null, action: () => 1 })
    expect(await told).toMatchObject({ jobName: 'job', error: { message: 'away' } })
    expect(Object.keys(scheduler.listJobs())).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', onUnhandled)
    expect(unhandled).toEqual([])
  })
})

describe('the functions of the options', () => {
  it('are called with the run, the result and the error, and may throw', async () => {
    const calls: unknown[][] = []
    const fleet = createFleet()
    const { scheduler } = await fleet.bootLeader(JOBS, {
      onJobStart: (...args) => {
        calls.push(['start', ...args])
        throw new Error('hook')
      },
      onJobComplete: (...args) => void calls.push(['complete', ...args]),
      onJobError: (...args) => void calls.push(['error', ...args]),
    })
    await during(fleet.clock, scheduler.runJob('good'))
    await during(
      fleet.clock,
      scheduler.runJob('bad').catch(() => undefined),
    )
    expect(calls).toMatchObject([
      ['start', 'good', { jobName: 'good', trigger: 'manual' }],
      ['complete', 'good', 'fine', 0],
      ['start', 'bad', { jobName: 'bad' }],
      ['error', 'bad', { message: 'bad' }, 1],
    ])
    await fleet.stopAll()
  })
})

describe('diagnostics channels', () => {
  it('tell each event and each request, with the scheduler that it is of', async () => {
    const fleet = createFleet()
    const { scheduler } = await fleet.bootLeader({ ...JOBS, timed: { schedule: '* * * * *', action: () => 1 } })
    const messages: [string, Record<string, unknown>][] = []
    const listen = (message: unknown, name: string | symbol): void =>
      void messages.push([String(name), message as Record<string, unknown>])
    const names = ['s3sched:job-started', 's3sched:job-completed', 's3sched:job-skipped', STORE_REQUEST_CHANNEL]
    for (const name of names) subscribe(name, listen)
    await fleet.clock.advance(MINUTE + SECOND)
    for (const name of names) unsubscribe(name, listen)
    expect(messages.every(([, message]) => message['scheduler'] === scheduler)).toBe(true)
    const seen = new Map(messages)
    expect(seen.get('s3sched:job-started')).toMatchObject({ jobName: 'timed' })
    expect(seen.get('s3sched:job-completed')).toMatchObject({ jobName: 'timed', result: 1 })
    const requests = messages.filter(([name]) => name === STORE_REQUEST_CHANNEL).map(([, message]) => message)
    expect(requests).toContainEqual({ scheduler, operation: 'put', outcome: 'written' })
    expect(requests.some(({ operation }) => operation === 'get')).toBe(true)
    expect(channel(STORE_REQUEST_CHANNEL).hasSubscribers).toBe(false)
    await fleet.stopAll()
  })
})
