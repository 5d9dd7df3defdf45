import { mock } from 'node:test'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, openStore, type ObjectStore } from '@s3sched/store'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTestPlugin, type TestPlugin, type TestPluginOptions } from '../src/testing/index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Few requests in the day that a hopeless wait lets pass. */
const QUIET = { heartbeatInterval: 10 * MINUTE }
const never = (): Promise<never> => new Promise(() => {})

let made: TestPlugin<unknown> | undefined
afterEach(async () => {
  await made?.stop()
  made = undefined
})

async function make(options: TestPluginOptions<unknown>): Promise<TestPlugin<unknown>> {
  return (made = await createTestPlugin<unknown>({ patienceMs: 20, ...options }))
}

describe('tick() ends when the run needs time', () => {
  it('that reaches its timeout', async () => {
    const kit = await make({ jobs: { stuck: { schedule: '@hourly', timeout: 30_000, action: never } } })
    expect(await kit.tick('stuck')).toMatchObject({ status: 'timeout', duration: 30_100 })
  })

  it('that reaches its timeout after its job has skipped many ticks, and other jobs have run', async () => {
    // A patience for each of these ticks would take minutes of real time.
    const kit = await make({
      patienceMs: 500,
      jobs: {
        stuck: { schedule: '* * * * *', timeout: 3 * HOUR, action: never },
        other: { schedule: '* * * * *', action: () => Promise.resolve() },
      },
    })
    expect(await kit.tick('stuck')).toMatchObject({ status: 'timeout', duration: 3 * HOUR + 100 })
  })

  it('that waits on the clock of the test', async () => {
    const kit = await make({
      patienceMs: 60_000,
      jobs: {
        slow: { schedule: '@hourly', timeout: 0, action: (_, { signal }) => made?.clock.sleep(3 * HOUR, signal) },
      },
    })
    expect(await kit.tick('slow')).toMatchObject({ status: 'success', duration: 3 * HOUR })
    expect(new Date(kit.clock.now()).toISOString()).toBe('2026-01-01T04:00:00.000Z')
  })

  it('that was added later, with jitter', async () => {
    const kit = await make({ jobs: {} })
    await kit.scheduler.addJob('late', { schedule: '@hourly', jitterMs: 20 * MINUTE, action: () => 1 })
    expect(await kit.tick('late')).toMatchObject({ status: 'success', result: 1 })
    await kit.scheduler.updateJob('late', { jitterMs: 30 * MINUTE })
    expect(await kit.tick('late')).toMatchObject({ status: 'success' })
  })

  it('that starts late in its period, before the next tick, with jitter over many periods', async () => {
    const jobs = { often: { schedule: '* * * * *', jitterMs: 20 * MINUTE, action: () => 1 } }
    const kit = await make({ jobs })
    for (let minute = 1; minute <= 5; minute++) {
      const tick = Date.UTC(2026, 0, 1, 0, minute)
      const { scheduledTime, startTime, status } = await kit.tick('often')
      expect({ status, tick: scheduledTime.getTime() }).toEqual({ status: 'success', tick })
      expect(startTime?.getTime()).toBeLessThan(tick + MINUTE)
      expect(kit.clock.now()).toBeLessThan(tick + MINUTE + 1000)
    }
  })

  it('of an application that keeps no history', async () => {
    const jobs = {
      good: { schedule: '@hourly', action: () => 7 },
      bad: { schedule: '@hourly', retries: 1, backoff: [MINUTE], action: () => Promise.reject(new Error('bad')) },
    }
    const options = { persistJobs: false, jobs }
    const kit = await make(options)
    expect(await kit.tick('good')).toMatchObject({ status: 'success', result: 7, attempts: 1, jobName: 'good' })
    const failed = { status: 'failed', error: 'bad', attempts: 2, retryCount: 1, attemptDetails: [{}, {}] }
    expect(await kit.tick('bad')).toMatchObject(failed)
  })

  it('that waits for another run of its job', async () => {
    let calls = 0
    const kit = await make({
      jobs: {
        queued: {
          schedule: '* * * * *',
          overlap: 'queue',
          action: (_, { signal }) => (++calls === 1 ? made?.clock.sleep(5 * MINUTE, signal) : calls),
        },
      },
    })
    await made?.advance(MINUTE)
    expect(await kit.tick('queued')).toMatchObject({ status: 'success', result: 2 })
  })
})

it('tick() gives real work its time, and moves none meanwhile', async () => {
  const kit = await make({
    patienceMs: 5000,
    jobs: {
      real: {
        schedule: '@hourly',
        timeout: 1000,
        action: () => import('node:timers/promises').then((t) => t.setTimeout(60, 'done')),
      },
    },
  })
  expect(await kit.tick('real')).toMatchObject({ status: 'success', result: 'done' })
  expect(new Date(kit.clock.now()).toISOString()).toBe('2026-01-01T01:00:00.000Z')
})

describe('tick() fails, and says why, when the run can not end', () => {
  it('since its action waits for ever', async () => {
    const kit = await make({ ...QUIET, jobs: { stuck: { schedule: '@hourly', timeout: 0, action: never } } })
    await expect(kit.tick('stuck')).rejects.toMatchObject({
      code: 'TEST_STUCK',
      message: expect.stringMatching(
        /^job 'stuck': the run of 2026-01-01T01:00:00\.000Z does not end: attempt 1 of its action goes on/,
      ) as string,
    })
  })

  it('since the job is disabled or removed meanwhile', async () => {
    const jobs = { off: { schedule: '@hourly', jitterMs: 30 * MINUTE, action: () => 1 } }
    const kit = await make({ jobs })
    const ticked = kit.tick('off')
    await kit.scheduler.disableJob('off')
    await expect(ticked).rejects.toThrow(/does not end: the job was disabled meanwhile/)
    await kit.scheduler.enableJob('off')
    const again = kit.tick('off')
    await kit.scheduler.removeJob('off')
    await expect(again).rejects.toThrow(/does not end: the job was removed/)
  })

  it('since actions of others take all slots', async () => {
    const kit = await make({
      ...QUIET,
      maxConcurrentJobs: 1,
      jobs: {
        hog: { schedule: '30 0 * * *', timeout: 0, action: never },
        other: { schedule: '@hourly', action: () => 1 },
      },
    })
    await expect(kit.tick('other')).rejects.toThrow(/it has not begun, while actions of 'hog' go on/)
  })
})

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { objects } of store.list('')) keys.push(...objects.map(({ key }) => key))
  return keys
}

describe('the store of a test scheduler', () => {
  it('is the one that was given, opened where it is a connection string', async () => {
    const jobs = { job: { schedule: '@hourly', action: () => 1 } }
    const kit = await make({ store: 'memory://of-a-test', jobs })
    expect(await kit.tick('job')).toMatchObject({ status: 'success' })
    expect(await keysOf(kit.store)).toContain('s3sched/jobs/pages/root.json')
    expect(await keysOf(openStore('memory://of-a-test'))).toEqual(await keysOf(kit.store))
  })

  it('is the very object that was given', async () => {
    const given = createMemoryStore({ clock: createManualClock(Date.UTC(2026, 0, 1)) })
    const kit = await make({ store: given, jobs: { job: { schedule: '@hourly', action: () => 1 } } })
    expect(kit.store).toBe(given)
    expect(await keysOf(given)).toContain('s3sched/jobs/pages/root.json')
  })

  it('is refused where it has another clock', async () => {
    const jobs = { job: { schedule: '@hourly', action: () => 1 } }
    await expect(make({ store: createMemoryStore(), jobs })).rejects.toMatchObject({
      code: 'CLOCK_SKEW',
      message: expect.stringMatching(/clock to be within maxClockSkew/) as string,
    })
  })

  it('may have a clock that the test does not move: tick() says that nothing is claimed then', async () => {
    const kit = await make({
      store: createMemoryStore({ clock: createManualClock(Date.UTC(2026, 0, 1)) }),
      jobs: { job: { schedule: '@hourly', action: () => 1 } },
    })
    await expect(kit.tick('job')).rejects.toMatchObject({
      code: 'TEST_STUCK',
      message: expect.stringMatching(/the clock of its store differs by \d+ ms from the test's/) as string,
    })
  })
})

describe('under fake timers', () => {
  afterEach(() => {
    vi.useRealTimers()
    mock.timers.reset()
  })

  it.each([
    ["vitest's", () => void vi.useFakeTimers()],
    ["node:test's", () => mock.timers.enable()],
  ])('of %s a run ends all the same, with retries and a timeout', async (_, fake) => {
    fake()
    const kit = await make({
      jobs: {
        flaky: {
          schedule: '@hourly',
          retries: 1,
          backoff: [MINUTE],
          timeout: 1000,
          action: (__, { attempt, signal }) =>
            attempt === 1 ? new Promise((___, reject) => signal.addEventListener('abort', reject)) : 'done',
        },
      },
    })
    expect(await kit.tick('flaky')).toMatchObject({ status: 'success', attempts: 2, result: 'done' })
    await made?.advance(MINUTE)
  })
})

describe('no time is', () => {
  it.each([Number.NaN, new Date(Number.NaN), Infinity, '2026-01-01'])('startAt %o', async (startAt) => {
    await expect(createTestPlugin({ startAt: startAt as never })).rejects.toThrow(
      /^createTestPlugin: expected startAt to be epoch ms or a valid Date/,
    )
  })

  it.each([-1, Number.NaN, Infinity])('advance(%o)', async (ms) => {
    const kit = await make({ jobs: {} })
    await expect(kit.advance(ms)).rejects.toThrow(/expected ms to be a number of ms >= 0/)
    expect(() => kit.clock.suspend(ms)).toThrow(/expected ms/)
  })
})
