import { sizeOf } from '@s3sched-tooling/vitest/share-of'
import { expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, listAll, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '../src/index.ts'
import { during, MINUTE, NOON, SECOND } from './fleet.ts'

const JOBS = sizeOf({ plain: 300, all: 600 })

interface SlowStore {
  readonly store: ObjectStore
  /** The answered writes of pages since the server became slow. */
  answered: number
  isSlow: boolean
}

/** When slow, answers one write of a page per turn of the event loop, first come, first served. */
function slow(inner: ObjectStore): SlowStore {
  let queue = Promise.resolve()
  const server: SlowStore = {
    answered: 0,
    isSlow: false,
    store: {
      ...inner,
      async put(key, body, options) {
        if (!server.isSlow || !key.startsWith('jobs/pages/')) return inner.put(key, body, options)
        queue = queue.then(() => new Promise<void>((resolve) => setImmediate(resolve)))
        await queue
        server.answered++
        return inner.put(key, body, options)
      },
    },
  }
  return server
}

it('claims hundreds of due jobs in a few writes, before the end of any run is written', async () => {
  const clock = createManualClock(NOON)
  const memory = createMemoryStore({ clock })
  const server = slow(memory)
  /** The writes that each run waited for. */
  const waited = new Map<string, number>()
  const scheduler = new SchedulerPlugin<unknown>({
    store: server.store,
    prefix: '',
    clock,
    random: createSeededRandom(1),
    skipColdStart: true,
    logger: silentLogger,
    claimAhead: 0,
    jobs: Object.fromEntries(
      Array.from({ length: JOBS }, (_, index) => [
        `job-${index}`,
        {
          schedule: '* * * * *',
          action: (_db: unknown, { jobName }: { readonly jobName: string }) => waited.set(jobName, server.answered),
        },
      ]),
    ),
  })
  await during(clock, scheduler.start())
  await clock.advance(30 * SECOND)
  expect(scheduler.isLeader()).toBe(true)

  server.isSlow = true
  await clock.advance(30 * SECOND)
  while (waited.size < JOBS) await new Promise((resolve) => setImmediate(resolve))
  // A page that was split only points to the pages below.
  const pages = (await listAll(memory, 'jobs/pages/')).length - 1
  // Hundreds of claims are begun in a turn of the event loop: a page may need a second write.
  expect(Math.max(...waited.values())).toBeLessThan(2 * pages)

  server.isSlow = false
  await clock.advance(MINUTE)
  await during(clock, scheduler.stop())
})
