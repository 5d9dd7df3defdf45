import { damageRecord, readFields } from '@s3sched/jobs/testing'
import { listAll } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOperator } from '@s3sched/operator'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, HOUR, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

let fleet: Fleet
let starts: { readonly workerId: string; readonly runId: string; readonly at: number }[]
beforeEach(() => {
  fleet = createFleet()
  starts = []
})
afterEach(() => fleet.stopAll())

/** A job started only by requests, whose runs last `ms` unless told to end. */
const lasting = (workerId: string, ms: number, more: object = {}): FleetJobs => ({
  job: {
    schedule: null,
    ...more,
    action: async (_: unknown, { runId, signal }: JobContext) => {
      starts.push({ workerId, runId, at: fleet.clock.now() })
      if (ms > 0) await fleet.clock.sleep(ms, signal)
      return workerId
    },
  },
})
const denyDeletes = ({ network }: Instance): unknown =>
  vi.spyOn(network.store, 'delete').mockRejectedValue(new Error('access denied'))
const waiting = async (): Promise<number> => (await listAll(fleet.store, 'triggers/')).length
const statuses = async ({ scheduler }: Instance): Promise<string[]> => {
  const history = await during(fleet.clock, scheduler.getJobHistory('job'))
  return history.map(({ status }) => status)
}

describe('a request that was placed while nobody led', () => {
  it('to run is obeyed at the promotion', async () => {
    const before = await fleet.bootLeader(lasting('a', 0))
    await during(fleet.clock, before.scheduler.stop())
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const id = await operator.requestRun('job')
    const next = await fleet.boot('b', lasting('b', 0))
    await fleet.clock.advance(SECOND)
    expect(next.scheduler.isLeader()).toBe(true)
    expect(starts).toMatchObject([{ workerId: 'b', runId: id }])
    expect(await waiting()).toBe(0)
  })

  it('to run is obeyed at the promotion also in each of several shards', async () => {
    const jobs = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`job${index}`, lasting('a', 0)['job']]))
    const before = await fleet.boot('a', jobs as FleetJobs, { shards: 4 })
    await during(fleet.clock, before.scheduler.stop())
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    for (const name of Object.keys(jobs)) await operator.requestRun(name)
    await fleet.boot('b', jobs as FleetJobs, { shards: 4 })
    await fleet.clock.advance(2 * SECOND)
    expect(starts).toHaveLength(8)
    expect(await waiting()).toBe(0)
  })

  it('to cancel is obeyed soon after the promotion', async () => {
    const a = await fleet.bootLeader(lasting('a', 0))
    const b = await fleet.boot('b', lasting('b', HOUR))
    const run = b.scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(SECOND)
    await during(fleet.clock, a.scheduler.stop())
    await createOperator(fleet.store, { prefix: '', clock: fleet.clock }).requestCancel('job')
    b.network.partition('requests')
    await fleet.clock.advance(SECOND)
    b.network.heal()
    await fleet.clock.advance(31 * SECOND)
    expect(await run).toMatchObject({ reason: 'cancelled' })
    await fleet.clock.advance(MINUTE)
    expect(await waiting()).toBe(0)
  })
})

describe('a request for a job that was removed', () => {
  it('is obeyed where another instance has just defined the job again', async () => {
    const other = { schedule: null, action: () => {} }
    await fleet.bootLeader({ ...lasting('a', 0), other })
    const b = await fleet.boot('b', { ...lasting('b', 0), other })
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    await during(fleet.clock, b.scheduler.removeJob('job'))
    await fleet.clock.advance(MINUTE)
    const list = fleet.store.list.bind(fleet.store)
    let id: string | undefined
    // The leader has listed the jobs, and is about to read the requests.
    fleet.store.list = async function* (prefix, options) {
      if (prefix === 'triggers/' && id === undefined) {
        fleet.store.list = list
        await b.scheduler.addJob('job', lasting('b', 0)['job'] as FleetJobs[string])
        id = await operator.requestRun('job')
      }
      yield* list(prefix, options)
    }
    await operator.pause('other')
    await fleet.clock.advance(MINUTE)
    expect(starts).toMatchObject([{ runId: id }])
  })
})

describe('a request to cancel', () => {
  it('ends no run that began after it was placed', async () => {
    const a = await fleet.bootLeader(lasting('a', 5 * MINUTE))
    expect(await during(fleet.clock, a.scheduler.cancelRun('job'))).toBe(false)
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    await operator.requestCancel('job')
    const b = await fleet.boot('b', lasting('b', 5 * MINUTE))
    const run = b.scheduler.runJob('job')
    await fleet.clock.advance(6 * MINUTE)
    expect(await run).toBe('b')
    await during(fleet.clock, a.scheduler.requestRun('job'))
    await fleet.clock.advance(6 * MINUTE)
    expect(await statuses(a)).toEqual(['success', 'success'])
    expect(await waiting()).toBe(0)
  })

  it('reaches the runs in other instances also where one of them is here', async () => {
    const many = (workerId: string): FleetJobs => lasting(workerId, HOUR, { overlap: 'allow' })
    const a = await fleet.bootLeader(many('a'))
    const b = await fleet.boot('b', many('b'))
    const runs = [a.scheduler.runJob('job'), b.scheduler.runJob('job')].map((run) => run.catch(() => 'ended'))
    await fleet.clock.advance(SECOND)
    expect(await during(fleet.clock, a.scheduler.cancelRun('job'))).toBe(true)
    await fleet.clock.advance(MINUTE)
    expect(await Promise.all(runs)).toEqual(['ended', 'ended'])
    expect(await waiting()).toBe(0)
  })
})

describe('a request whose deletion fails', () => {
  it.each([{ persistJobs: true }, { persistJobs: false }])(
    'is obeyed once, by whichever instance finds it again ($persistJobs)',
    async (options) => {
      const a = await fleet.bootLeader(lasting('a', 0), options)
      denyDeletes(a)
      await during(fleet.clock, a.scheduler.requestRun('job'))
      await fleet.clock.advance(20 * SECOND)
      await during(fleet.clock, a.scheduler.requestRun('job'))
      await fleet.clock.advance(3 * HOUR)
      expect(starts).toHaveLength(2)
      await during(fleet.clock, a.scheduler.stop())
      await fleet.boot('b', lasting('b', 0), options)
      await fleet.clock.advance(2 * HOUR)
      expect(starts).toHaveLength(2)
      expect(await waiting()).toBe(0)
    },
  )

  it('does not keep the requests behind it waiting', async () => {
    const a = await fleet.bootLeader(lasting('a', 0))
    denyDeletes(a)
    for (let n = 0; n < 3; n++) await during(fleet.clock, a.scheduler.requestRun('job'))
    await fleet.clock.advance(20 * SECOND)
    expect(starts).toHaveLength(3)
  })

  it('is forgotten by the record of its job when it is gone', async () => {
    const a = await fleet.bootLeader(lasting('a', 0))
    for (let n = 0; n < 5; n++) {
      await during(fleet.clock, a.scheduler.requestRun('job'))
      await fleet.clock.advance(20 * SECOND)
    }
    expect(await readFields(fleet.store, 'job')).toMatchObject({ obeyed: [starts.at(-1)?.runId] })
  })
})

describe('a request of which the job can not be read', () => {
  it('does not keep the requests behind it waiting', async () => {
    const a = await fleet.bootLeader({ ...lasting('a', 0), broken: { schedule: null, action: () => 1 } })
    await during(fleet.clock, a.scheduler.requestRun('broken'))
    await damageRecord(fleet.store, 'broken', '{}')
    await during(fleet.clock, a.scheduler.requestRun('job'))
    await fleet.clock.advance(MINUTE)
    expect(starts).toHaveLength(1)
  })
})

describe('a run by hand whose claim was written and whose answer was lost', () => {
  it.each([
    { where: 'leader', sentAfter: 20 },
    // A follower first writes its member object.
    { where: 'follower', sentAfter: 120 },
  ])('is started once at most, where it was asked for, on a $where', async ({ sentAfter, where }) => {
    const jobs = (workerId: string): FleetJobs => lasting(workerId, 0, { onLost: 'retry' })
    const a = await fleet.bootLeader(jobs('a'))
    const b = await fleet.boot('b', jobs('b'))
    const { network, scheduler } = where === 'leader' ? a : b
    await fleet.clock.advance(SECOND)
    network.setFaults({ minLatencyMs: 50, maxLatencyMs: 50 })
    const run = scheduler.runJob('job').catch((error: unknown) => error)
    await fleet.clock.advance(sentAfter)
    network.partition('responses')
    await fleet.clock.advance(40 * SECOND)
    expect(starts).toEqual([])
    network.heal()
    await fleet.clock.advance(5 * MINUTE)
    const answer = await run
    const ran = answer instanceof Error ? 0 : 1
    expect(starts).toHaveLength(ran)
    expect(await during(fleet.clock, a.scheduler.runJob('job'))).toBe('a')
    expect(starts).toHaveLength(ran + 1)
    expect(await during(fleet.clock, statuses(a))).toEqual(starts.map(() => 'success'))
  })
})

describe('a request with a context that JSON can not hold', () => {
  it.each([
    ['a list', [1, 2], /an object of fields, got/],
    ['a number of any size', { count: 10n }, /BigInt/],
  ])('is refused by an operator, and by an instance without the job: %s', async (_what, context, message) => {
    await fleet.bootLeader(lasting('a', 0))
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const { scheduler } = await fleet.boot('b', {})
    const refused = { code: 'INVALID_CONTEXT', message: expect.stringMatching(message) as string }
    await expect(operator.requestRun('job', context as never)).rejects.toMatchObject(refused)
    await expect(during(fleet.clock, scheduler.requestRun('job', context as never))).rejects.toMatchObject(refused)
    expect(await waiting()).toBe(0)
  })
})
