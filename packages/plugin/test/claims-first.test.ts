import { expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '../src/index.ts'
import { during, MINUTE, NOON, SECOND } from './fleet.ts'

const JOBS = 600
/** How many requests the store answers in a turn of the event loop: fewer than are begun in it. */
const ANSWERS_PER_TURN = 4

interface SlowStore {
  store: ObjectStore
  /** What was put while it was slow, in the order of the answers. */
  readonly answered: ('claim' | 'record')[]
  /** How many run records were begun and not answered, at most. */
  mostRecords: number
  isSlow: boolean
}

function kindOf(key: string): 'claim' | 'record' | undefined {
  if (/(?:^|\/)jobs\//.test(key)) return 'claim'
  return /(?:^|\/)runs\//.test(key) ? 'record' : undefined
}

/** Answers a few requests per turn, first come, first served, as a server does that many requests wait for. */
function slow(inner: ObjectStore): SlowStore {
  const line: (() => void)[] = []
  let records = 0
  const server: SlowStore = { store: inner, answered: [], mostRecords: 0, isSlow: false }
  server.store = {
    ...inner,
    async put(key, body, options) {
      const kind = kindOf(key)
      if (!server.isSlow || kind === undefined) return inner.put(key, body, options)
      if (kind === 'record') server.mostRecords = Math.max(server.mostRecords, ++records)
      await new Promise<void>((resolve) => line.push(resolve))
      if (kind === 'record') records--
      server.answered.push(kind)
      return inner.put(key, body, options)
    },
  }
  const serve = (): void => {
    for (const answer of line.splice(0, ANSWERS_PER_TURN)) answer()
    if (server.answered.length < 2 * JOBS) setImmediate(serve)
  }
  setImmediate(serve)
  return server
}

/**
 * Stands for how late the last of very many starts on one instant is: it waits for every request that is answered before its
 * claim. The time that the requests take is the store's.
 */
it('claims what is due before it records what has ended, and yet goes on recording', async () => {
  const clock = createManualClock(NOON)
  const server = slow(createMemoryStore({ clock }))
  const ran = new Set<string>()
  const scheduler = new SchedulerPlugin<unknown>({
    store: server.store,
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
          action: (_db: unknown, { jobName }: { readonly jobName: string }) => ran.add(jobName),
        },
      ]),
    ),
  })
  await during(clock, scheduler.start())
  await clock.advance(30 * SECOND)
  expect(scheduler.isLeader()).toBe(true)

  server.isSlow = true
  await clock.advance(30 * SECOND)
  while (server.answered.length < 2 * JOBS) await new Promise((resolve) => setImmediate(resolve))
  const lastClaim = server.answered.lastIndexOf('claim')
  const before = server.answered.slice(0, lastClaim).filter((kind) => kind === 'record').length
  // Eight under way beside sixty-four claims.
  expect(before).toBeGreaterThan(JOBS / 12)
  expect(before).toBeLessThan(JOBS / 6)
  expect(server.mostRecords).toBeLessThanOrEqual(64)
  expect(ran.size).toBe(JOBS)
  expect(server.answered.filter((kind) => kind === 'record')).toHaveLength(JOBS)

  server.isSlow = false
  await clock.advance(MINUTE)
  await during(clock, scheduler.stop())
})
