import { expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '../src/index.ts'
import { during, MINUTE, NOON, SECOND } from './fleet.ts'

const JOBS = 300
/** The most claims, and the most run records, begun in one turn of the event loop. */
const PER_TURN = 8

/** Holds back the answers of writes while `hold` is set, and counts the writes begun. */
function holding(inner: ObjectStore): {
  readonly store: ObjectStore
  readonly held: (() => void)[]
  hold: boolean
  begun: number
} {
  const gate = { store: inner, held: [] as (() => void)[], hold: false, begun: 0 }
  gate.store = {
    ...inner,
    async put(key, body, options) {
      gate.begun++
      const put = await inner.put(key, body, options)
      if (gate.hold) await new Promise<void>((resolve) => gate.held.push(resolve))
      return put
    },
  }
  return gate
}

/** Runs everything that follows an answer without another turn of the event loop. */
async function microtasks(): Promise<void> {
  for (let hop = 0; hop < 200; hop++) await Promise.resolve()
}

/**
 * Measures the blocking of the event loop by hundreds of due jobs: signing and sending a request takes most of a
 * millisecond, so the test counts the requests begun per turn, for any number of answers per turn.
 */
it('begins few requests in a turn of the event loop, also when all answers come in the same', async () => {
  const clock = createManualClock(NOON)
  const gate = holding(createMemoryStore({ clock }))
  const scheduler = new SchedulerPlugin<unknown>({
    store: gate.store,
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
  await clock.advance(30 * SECOND)
  expect(scheduler.isLeader()).toBe(true)

  gate.hold = true
  await clock.advance(30 * SECOND)
  const hands = gate.held.length
  expect(hands).toBeGreaterThan(PER_TURN)
  expect(hands).toBeLessThan(JOBS)

  gate.begun = 0
  for (const answer of gate.held.splice(0)) {
    answer()
    await microtasks()
  }
  expect(gate.begun).toBe(0)
  let most = 0
  for (let turns = 0, before = 0; turns < 50; turns++, before = gate.begun) {
    await new Promise((resolve) => setImmediate(resolve))
    most = Math.max(most, gate.begun - before)
  }
  expect(gate.begun).toBeGreaterThan(hands)
  expect(most).toBeLessThanOrEqual(2 * PER_TURN)

  gate.hold = false
  for (const answer of gate.held.splice(0)) answer()
  await clock.advance(MINUTE)
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
