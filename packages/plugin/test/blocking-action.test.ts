import { silentLogger, type Clock } from '@s3sched/kernel'
import { createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore } from '@s3sched/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SchedulerPlugin } from '../src/index.ts'
import { createFleet, during, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const HEARTBEAT = 2 * SECOND
const COMPUTED_MS = 8 * SECOND
const WATCHED_MS = 120 * SECOND

/** One thread of a simulated process: while it computes, nothing else of the process goes on. */
function createThread(clock: ManualClock) {
  let freeAt = -Infinity
  const free = async (): Promise<void> => {
    while (clock.monotonic() < freeAt) await clock.sleep(freeAt - clock.monotonic())
  }
  const own: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal)
      await free()
      signal?.throwIfAborted()
    },
  }
  const whenFree = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } finally {
      await free()
    }
  }
  /** The answers of the store come when the thread is free. */
  const seenFrom = (store: ObjectStore): ObjectStore => ({
    description: store.description,
    get: (...args) => whenFree(store.get(...args)),
    put: (...args) => whenFree(store.put(...args)),
    delete: (...args) => whenFree(store.delete(...args)),
    list: async function* (...args) {
      for await (const page of store.list(...args)) {
        await free()
        yield page
      }
    },
    close: () => store.close(),
  })
  const compute = async (ms: number): Promise<void> => {
    freeAt = clock.monotonic() + ms
    await free()
  }
  return { clock: own, compute, seenFrom }
}

let fleet: Fleet
let schedulers: SchedulerPlugin<unknown>[]
/** The verdicts in the order of their events, and the leaders in their order. */
let told: string[]
let leaders: string[]
beforeEach(() => {
  fleet = createFleet()
  schedulers = []
  told = []
  leaders = []
})
afterEach(async () => {
  for (const scheduler of schedulers) await during(fleet.clock, scheduler.stop({ timeout: 0 }))
})

/** Two processes with a job that computes for 8 of every 10 s, and a job every second. @returns the history after 120 s */
async function watch(place: 'isolated' | 'in the process') {
  const { clock, store } = fleet
  for (const workerId of ['a', 'b']) {
    const thread = createThread(clock)
    const compute = (): Promise<void> =>
      // An isolated action computes in another thread, or in another process.
      place === 'isolated' ? thread.clock.sleep(COMPUTED_MS) : thread.compute(COMPUTED_MS)
    const jobs: FleetJobs = {
      compute: { schedule: '*/10 * * * * *', action: compute },
      quick: { schedule: '* * * * * *', action: () => undefined },
    }
    const scheduler = new SchedulerPlugin<unknown>({
      jobs,
      workerId,
      store: thread.seenFrom(store),
      clock: thread.clock,
      random: createSeededRandom(workerId === 'a' ? 3 : 4),
      prefix: '',
      logger: silentLogger,
      handleSignals: false,
      skipColdStart: workerId === 'a',
      heartbeatInterval: HEARTBEAT,
    })
    scheduler.on('plg:scheduler:coordinator-promoted', () => void leaders.push(workerId))
    for (const name of ['missed', 'lost', 'found'] as const)
      scheduler.on(`plg:scheduler:job-${name}`, (payload) => {
        const run = 'runId' in payload ? payload.runId : ''
        told.push(`${name} ${run}`)
      })
    schedulers.push(scheduler)
    await during(clock, scheduler.start())
  }
  await clock.advance(WATCHED_MS)
  const [scheduler] = schedulers
  const limit = { limit: 1000 }
  const runs = ['compute', 'quick'].map((job) =>
    during(clock, scheduler?.getJobHistory(job, limit) ?? Promise.resolve([])),
  )
  return (await Promise.all(runs)).flat()
}

it('computes apart for 8 of every 10 s without a missed tick, a lost run or a change of leader', async () => {
  const history = await watch('isolated')
  expect(history.filter(({ status }) => status !== 'success')).toEqual([])
  expect(history.length).toBeGreaterThanOrEqual(120 + 11)
  expect({ told, leaders }).toEqual({ told: [], leaders: ['a'] })
})

it('computes in the process for 8 of every 10 s without a lost run, and with one change of leader', async () => {
  const history = await watch('in the process')
  const ended = new Map(history.map(({ id, status }) => [id, status]))
  expect(history.filter(({ status }) => status === 'lost' || status === 'missed')).toEqual([])
  // The second leader blocks as well, finds nobody better, and leads on.
  expect(leaders.filter((leader, index) => leader !== leaders[index - 1])).toEqual(['a', 'b'])
  // Each verdict that was told is taken back by a later event, as in the history.
  const lost = told.filter((each) => each.startsWith('lost'))
  expect(lost.length).toBeGreaterThan(0)
  for (const verdict of lost) {
    const runId = verdict.slice('lost '.length)
    const later = told.slice(told.indexOf(verdict))
    expect(later).toContain(`found ${runId}`)
    expect(ended.get(runId)).toBe('success')
  }
})
