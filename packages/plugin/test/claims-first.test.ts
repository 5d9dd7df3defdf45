import { expect, it } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { SchedulerPlugin } from '../src/index.ts'
import { during, MINUTE, NOON, SECOND } from './fleet.ts'

const JOBS = 600
/** The store's answers per turn of the event loop: fewer than the requests begun per turn. */
const ANSWERS_PER_TURN = 4

interface SlowStore {
  store: ObjectStore
  /** The writes during the slow phase, in the order of the answers. */
  readonly answered: ('claim' | 'record')[]
  /** The most run records begun and unanswered at the same time. */
  mostRecords: number
  isSlow: boolean
}

function kindOf(key: string): 'claim' | 'record' | undefined {
  if (/(?:^|\/)jobs\//.test(key)) return 'claim'
  return /(?:^|\/)runs\//.test(key) ? 'record' : undefined
}

/** Answers a few requests per turn, first come, first served, like a server with a queue of requests. */
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
 * Measures the lateness of the last of very many starts on the same instant: a start waits for all requests answered
 * before its claim. The time of the requests belongs to the store.
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
  // Eight records under way beside sixty-four claims.
  expect(before).toBeGreaterThan(JOBS / 12)
  expect(before).toBeLessThan(JOBS / 6)
  expect(server.mostRecords).toBeLessThanOrEqual(64)
  expect(ran.size).toBe(JOBS)
  expect(server.answered.filter((kind) => kind === 'record')).toHaveLength(JOBS)

  server.isSlow = false
  await clock.advance(MINUTE)
  await during(clock, scheduler.stop())
})
