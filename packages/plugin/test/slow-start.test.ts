import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { during, HOUR, MINUTE, NOON, SECOND } from './fleet.ts'

interface SlowStart {
  readonly clock: ManualClock
  readonly scheduler: SchedulerPlugin<unknown>
  readonly errors: unknown[]
  readonly starts: number[]
}

/** The first write of a page of job records takes the store so long. */
function slowStart(slowMs: number): SlowStart {
  const clock = createManualClock(NOON)
  const inner = createMemoryStore({ clock })
  let isFirst = true
  const store: ObjectStore = {
    ...inner,
    get: (key, options) => inner.get(key, options),
    delete: (keys, options) => inner.delete(keys, options),
    list: (prefix, options) => inner.list(prefix, options),
    close: () => inner.close(),
    put: async (key, body, options) => {
      if (isFirst && key.startsWith('jobs/pages/')) {
        isFirst = false
        await clock.sleep(slowMs)
      }
      return inner.put(key, body, options)
    },
  }
  const starts: number[] = []
  const scheduler = new SchedulerPlugin<unknown>({
    store,
    clock,
    random: createSeededRandom(1),
    logger: silentLogger,
    prefix: '',
    skipColdStart: true,
    handleSignals: false,
    jobs: { job: { schedule: '*/10 * * * * *', action: () => void starts.push(clock.now()) } },
  })
  const errors: unknown[] = []
  scheduler.on('error', ({ error }) => errors.push(error))
  return { clock, scheduler, errors, starts }
}

it('a start waits for the store longer than a caller would wait for an answer, and then its jobs run', async () => {
  const { clock, errors, scheduler, starts } = slowStart(20 * SECOND)
  await during(clock, scheduler.start())
  await clock.advance(30 * SECOND)
  expect(errors).toEqual([])
  expect(starts.length).toBeGreaterThanOrEqual(3)
  await during(clock, scheduler.stop())
})

it('a start that waits for the store can be stopped', async () => {
  const { clock, scheduler } = slowStart(HOUR)
  const started = scheduler.start()
  await clock.advance(10 * SECOND)
  await during(clock, scheduler.stop({ timeout: SECOND }))
  await during(clock, started)
  expect(clock.now()).toBeLessThan(NOON + MINUTE)
})
