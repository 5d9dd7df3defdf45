import { mock } from 'node:test'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, openStore, type ObjectStore } from '@s3sched/store'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { JobContext } from '@s3sched/jobs'
import { createPlainBench, type PlainBenchOptions, type PlainScheduler } from '../../test/plain-scheduler.ts'
import { createTestBench, type TestBench } from './index.ts'

const MINUTE = 60_000

let made: TestBench<PlainScheduler> | undefined
afterEach(async () => {
  await made?.stop()
  made = undefined
})

async function make(options: PlainBenchOptions): Promise<TestBench<PlainScheduler>> {
  return (made = await createPlainBench(options))
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const { objects } of store.list('')) keys.push(...objects.map(({ key }) => key))
  return keys
}

describe('the store of a bench', () => {
  it('is the one that was given, opened where it is a connection string', async () => {
    const jobs = { job: { schedule: '@hourly', action: () => 1 } }
    const kit = await make({ store: 'memory://of-a-test', jobs })
    expect(await kit.tick('job')).toMatchObject({ status: 'success' })
    expect(await keysOf(kit.store)).toContain('jobs/pages/root.json')
    expect(await keysOf(openStore('memory://of-a-test'))).toEqual(await keysOf(kit.store))
  })

  it('is the very object that was given', async () => {
    const given = createMemoryStore({ clock: createManualClock(Date.UTC(2026, 0, 1)) })
    const kit = await make({ store: given, jobs: { job: { schedule: '@hourly', action: () => 1 } } })
    expect(kit.store).toBe(given)
    expect(await keysOf(given)).toContain('jobs/pages/root.json')
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
          action: ({ attempt, signal }: JobContext) =>
            attempt === 1 ? new Promise((__, reject) => signal.addEventListener('abort', reject)) : 'done',
        },
      },
    })
    expect(await kit.tick('flaky')).toMatchObject({ status: 'success', attempts: 2, result: 'done' })
    await made?.advance(MINUTE)
  })
})

describe('no time is', () => {
  it.each([Number.NaN, new Date(Number.NaN), Infinity, '2026-01-01'])('startAt %o', async (startAt) => {
    await expect(
      createTestBench('test', { startAt: startAt as never }, () => new Error('made') as never),
    ).rejects.toThrow(/^test: expected startAt to be epoch ms or a valid Date/)
  })

  it.each([-1, Number.NaN, Infinity])('advance(%o)', async (ms) => {
    const kit = await make({ jobs: {} })
    await expect(kit.advance(ms)).rejects.toThrow(/expected ms to be a number of ms >= 0/)
    expect(() => kit.clock.suspend(ms)).toThrow(/expected ms/)
  })
})
