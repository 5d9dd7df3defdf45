import { afterEach, describe, expect, it } from 'vitest'
import type { JobContext } from '@s3sched/jobs'
import { createPlainBench, type PlainBenchOptions, type PlainScheduler } from '../../test/plain-scheduler.ts'
import type { TestBench } from './index.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Few requests in the day that a hopeless wait lets pass. */
const QUIET = { heartbeatInterval: 10 * MINUTE }
const never = (): Promise<never> => new Promise(() => {})

let made: TestBench<PlainScheduler> | undefined
afterEach(async () => {
  await made?.stop()
  made = undefined
})

async function make(options: PlainBenchOptions): Promise<TestBench<PlainScheduler>> {
  return (made = await createPlainBench(options))
}

describe('tick() ends when the run needs time', () => {
  it('that reaches its timeout', async () => {
    const kit = await make({ jobs: { stuck: { schedule: '@hourly', timeout: 30_000, action: never } } })
    expect(await kit.tick('stuck')).toMatchObject({ status: 'timeout', duration: 30_100 })
  })

  it('that reaches its timeout after its job has skipped many ticks, and other jobs have run', async () => {
    // A patience for each of these ticks would take minutes of real time.
    const kit = await make({
      patienceMs: 2000,
      jobs: {
        stuck: { schedule: '* * * * *', timeout: HOUR, action: never },
        other: { schedule: '* * * * *', action: () => Promise.resolve() },
      },
    })
    expect(await kit.tick('stuck')).toMatchObject({ status: 'timeout', duration: HOUR + 100 })
  })

  it('that waits on the clock of the test', async () => {
    const kit = await make({
      patienceMs: 60_000,
      jobs: {
        slow: {
          schedule: '@hourly',
          timeout: 0,
          action: ({ signal }: JobContext) => made?.clock.sleep(3 * HOUR, signal),
        },
      },
    })
    expect(await kit.tick('slow')).toMatchObject({ status: 'success', duration: 3 * HOUR })
    expect(new Date(kit.clock.now()).toISOString()).toBe('2026-01-01T04:00:00.000Z')
  })

  it('that was added later, with jitter', async () => {
    const kit = await make({ jobs: {} })
    await kit.scheduler.manager.add('late', { schedule: '@hourly', jitterMs: 20 * MINUTE, action: () => 1 })
    expect(await kit.tick('late')).toMatchObject({ status: 'success', result: 1 })
    await kit.scheduler.manager.update('late', { jitterMs: 30 * MINUTE })
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

  it('that waits for another run of its job', async () => {
    let calls = 0
    const kit = await make({
      jobs: {
        queued: {
          schedule: '* * * * *',
          overlap: 'queue',
          action: ({ signal }: JobContext) => (++calls === 1 ? made?.clock.sleep(5 * MINUTE, signal) : calls),
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
    await kit.scheduler.manager.disable('off')
    await expect(ticked).rejects.toThrow(/does not end: the job was disabled meanwhile/)
    await kit.scheduler.manager.enable('off')
    const again = kit.tick('off')
    await kit.scheduler.manager.remove('off')
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
