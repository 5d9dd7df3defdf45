import { createLeaseContender } from '@s3sched/lock'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchedulerError } from '../src/index.ts'
import { createFleet, during, HOUR, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const OPTIONS = { heartbeatInterval: 2 * SECOND }

describe('a run by hand', () => {
  let fleet: Fleet
  let began: number
  beforeEach(() => {
    fleet = createFleet()
    began = 0
  })
  afterEach(() => fleet.stopAll())

  const jobs = (tookMs = 0): FleetJobs => ({
    job: {
      schedule: null,
      overlap: 'allow',
      action: async (_, { signal }) => {
        began++
        await fleet.clock.sleep(tookMs, signal)
        return 'ran'
      },
    },
  })

  const endOf = (running: Promise<unknown>): Promise<unknown> =>
    during(
      fleet.clock,
      running.catch((error: unknown) => error),
    )

  /** Frees the lease, as an operator would, so that the leader has lost it at its next renewal. */
  const breakLease = async (): Promise<void> => {
    const { clock, store } = fleet
    const operator = createLeaseContender(
      { store, clock, random: createSeededRandom(3) },
      { key: 'leader.json', holder: 'operator', ttlMs: 6 * SECOND },
    )
    expect(await operator.breakLease(1)).toBe(true)
  }

  /** From now on each write of a page takes this long. @returns undoes this */
  const slowPages = (ms: number): (() => void) => {
    const put = fleet.store.put.bind(fleet.store)
    fleet.store.put = async (key, ...given) => {
      if (key.startsWith('jobs/pages/')) await fleet.clock.sleep(ms)
      return put(key, ...given)
    }
    return () => void (fleet.store.put = put)
  }

  /** A run that counts as lost is started again elsewhere. */
  const madeUpFor = (): FleetJobs => {
    const { job } = jobs()
    return { job: { ...job, onLost: 'retry' } as FleetJobs[string] }
  }

  const notStarted = (why: string): Partial<SchedulerError> => ({
    code: 'RUN_NOT_STARTED',
    retriable: true,
    message: expect.stringContaining(`Job 'job' was not started: ${why}`) as string,
  })

  it.each<[string, string, (leader: Instance) => unknown]>([
    ['has lost its lease', 'this instance leads no longer', breakLease],
    ['was cut off past its lease', 'this instance leads no longer', (leader) => fleet.cutOff(leader)],
    ['stops', 'the scheduler stops', (leader) => void leader.scheduler.stop({ timeout: SECOND })],
  ])('that has not begun when its instance %s did not start, and may be repeated', async (_, why, end) => {
    const leader = await fleet.bootLeader(jobs(), OPTIONS)
    const { scheduler } = await fleet.boot('b', jobs(), OPTIONS)
    const undo = slowPages(8 * SECOND)
    const running = leader.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(100)
    await end(leader)
    expect(await during(fleet.clock, running)).toMatchObject(notStarted(why))
    undo()
    await fleet.clock.advance(MINUTE)
    expect(began).toBe(0)
    expect(await endOf(scheduler.runJob('job'))).toBe('ran')
    expect(began).toBe(1)
  })

  it('that has not begun, and may be made up for elsewhere, is not said to be safe to repeat', async () => {
    const leader = await fleet.bootLeader(madeUpFor(), OPTIONS)
    slowPages(8 * SECOND)
    const running = leader.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(100)
    const stopped = leader.scheduler.stop({ timeout: SECOND })
    expect(await during(fleet.clock, running)).toMatchObject({
      code: 'STORE',
      retriable: false,
      message: expect.stringContaining('may be made up for elsewhere: the scheduler stops') as string,
    })
    await during(fleet.clock, stopped)
  })

  it('that has not begun when its instance hands the shard over did not start, and may be repeated', async () => {
    const options = { ...OPTIONS, shards: 2 }
    const leader = await fleet.bootLeader(jobs(), options)
    await fleet.clock.advance(MINUTE)
    await fleet.boot('b', jobs(), options)
    const undo = slowPages(MINUTE)
    const calls: Promise<unknown>[] = []
    for (let call = 0; call < 12; call++) {
      calls.push(leader.scheduler.runJob('job').catch((error: unknown) => error))
      await fleet.clock.advance(SECOND)
    }
    const ends = await during(fleet.clock, Promise.all(calls))
    // The first calls have waited for the store for so long that they get no answer at all.
    expect(ends.at(-1)).toMatchObject({
      ...notStarted('this instance leads no longer'),
      cause: { message: expect.stringContaining('was released') as string },
    })
    undo()
    await fleet.clock.advance(2 * MINUTE)
    expect(began).toBe(0)
    expect(await endOf(leader.scheduler.runJob('job'))).toBe('ran')
  })

  it('that waits for a slot when its instance stops did not start', async () => {
    const leader = await fleet.bootLeader(jobs(HOUR), { ...OPTIONS, maxConcurrentJobs: 1 })
    const first = leader.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(SECOND)
    const second = leader.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(SECOND)
    const stopped = leader.scheduler.stop({ timeout: SECOND })
    expect(await during(fleet.clock, second)).toMatchObject(notStarted('the scheduler stops'))
    await during(fleet.clock, stopped)
    expect(await first).toMatchObject({ code: 'STOPPED' })
    expect(began).toBe(1)
  })

  it.each<[string, object, (leader: Instance) => unknown]>([
    ['was cut off past its lease', { code: 'LEASE_LOST' }, (leader) => fleet.cutOff(leader)],
    ['stops', { code: 'STOPPED' }, (leader) => void leader.scheduler.stop({ timeout: SECOND })],
  ])('that has begun when its instance %s has another code', async (_, code, end) => {
    const leader = await fleet.bootLeader(jobs(HOUR), OPTIONS)
    const running = leader.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(5 * SECOND)
    expect(began).toBe(1)
    await end(leader)
    await fleet.clock.advance(MINUTE)
    leader.network.heal()
    expect(await during(fleet.clock, running)).toMatchObject(code)
  })

  it.each(['leader', 'follower'])(
    'on the %s goes on when the lease is lost and nobody decides about it',
    async (role) => {
      const leader = await fleet.bootLeader(jobs(MINUTE), OPTIONS)
      const { scheduler } = role === 'leader' ? leader : await fleet.boot('b', jobs(MINUTE), OPTIONS)
      const running = scheduler.runJob('job')
      await fleet.clock.advance(5 * SECOND)
      await breakLease()
      expect(await endOf(running)).toBe('ran')
      expect(began).toBe(1)
    },
  )
})
