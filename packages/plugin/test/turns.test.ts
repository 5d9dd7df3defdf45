import { expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, listAll, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '../src/index.ts'
import { during, MINUTE, NOON, SECOND } from './fleet.ts'

const JOBS = 300

it('begins one request for each page of jobs that fall due together, however many jobs these are', async () => {
  const clock = createManualClock(NOON)
  const inner = createMemoryStore({ clock })
  let begun: string[] = []
  const store: ObjectStore = {
    ...inner,
    put: (key, body, options) => {
      begun.push(key)
      return inner.put(key, body, options)
    },
  }
  const scheduler = new SchedulerPlugin<unknown>({
    store,
    prefix: '',
    clock,
    random: createSeededRandom(1),
    skipColdStart: true,
    maxConcurrentJobs: JOBS,
    logger: silentLogger,
    jobs: Object.fromEntries(
      Array.from({ length: JOBS }, (_, index) => [`job-${index}`, { schedule: '* * * * *', action: () => index }]),
    ),
  })
  await during(clock, scheduler.start())
  await clock.advance(MINUTE + 30 * SECOND)
  expect(scheduler.isLeader()).toBe(true)
  const pages = (await listAll(inner, 'jobs/pages/')).length - 1
  begun = []
  // The claims come ahead of the minute.
  await clock.advance(30 * SECOND - 1)
  const claims = begun.filter((key) => key.startsWith('jobs/'))
  expect(claims).toHaveLength(pages)
  expect(new Set(claims).size).toBe(pages)
  await during(clock, scheduler.stop())
})

it('lets others have their turns while a long backlog is caught up in a store that answers at once', async () => {
  const clock = createManualClock(NOON)
  let claims = 0
  let most = 0
  const inner = createMemoryStore({ clock })
  const store: ObjectStore = {
    ...inner,
    put: (key, body, options) => {
      if (key.includes('jobs/')) most = Math.max(most, ++claims)
      return inner.put(key, body, options)
    },
  }
  const others = (): void => {
    claims = 0
    turn = setImmediate(others)
  }
  let turn = setImmediate(others)
  const boot = (workerId: string): SchedulerPlugin<unknown> =>
    new SchedulerPlugin<unknown>({
      store,
      clock,
      random: createSeededRandom(1),
      workerId,
      skipColdStart: true,
      logger: silentLogger,
      jobs: { busy: { schedule: '* * * * * *', catchUp: 'all', overlap: 'allow', action: () => undefined } },
    })
  const first = boot('a')
  await during(clock, first.start())
  await clock.advance(5 * SECOND)
  await during(clock, first.stop())
  await clock.advance(10 * MINUTE)
  const second = boot('b')
  await during(clock, second.start())
  await clock.advance(5 * SECOND)
  clearImmediate(turn)
  expect((await during(clock, second.getJobHistory('busy', { limit: 1000 }))).length).toBeGreaterThan(500)
  expect(most).toBeLessThan(20)
  await during(clock, second.stop({ timeout: 0 }))
})
