import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { shardOf } from '@s3sched/jobs'
import { readFields } from '@s3sched/jobs/testing'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const OPTIONS = { shards: 8, skipColdStart: false, heartbeatInterval: 2000, coldStartObservationWindow: 1000 }

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

/** The name of a job in the shard. */
function nameIn(shard: number, shards: number = OPTIONS.shards): string {
  for (let index = 0; ; index++) if (shardOf(`job-${index}`, shards) === shard) return `job-${index}`
}

const led = ({ scheduler }: Instance): number =>
  scheduler.getLeaders().filter((leader) => leader?.workerId === scheduler.workerId).length

describe('a shard that is handed over', () => {
  it('has no ticks any more that ends of the other shards would wait for', async () => {
    const names = [nameIn(0, 2), nameIn(1, 2)]
    const job = { schedule: '* * * * *', action: () => undefined }
    const jobs: FleetJobs = Object.fromEntries(names.map((name) => [name, job]))
    const options = { ...OPTIONS, shards: 2, skipColdStart: true }
    const a = await fleet.bootLeader(jobs, options)
    const b = await fleet.boot('b', jobs, options)
    await fleet.clock.advance(2 * MINUTE)
    expect([led(a), led(b)]).toEqual([1, 1])
    await fleet.clock.advance(MINUTE - (fleet.clock.now() % MINUTE))
    const lastTick = fleet.clock.now()
    await fleet.clock.advance(SECOND)
    for (const name of names) expect(await readFields(fleet.store, name)).toMatchObject({ lastTick, running: [] })
  })

  it('keeps the run that works, to its end, while its next ticks are claimed by the new leader', async () => {
    const starts: string[] = []
    const aborted: unknown[] = []
    const jobs = (workerId: string): FleetJobs =>
      Object.fromEntries(
        Array.from({ length: 4 }, (_, shard) => [
          nameIn(shard, 4),
          {
            schedule: '*/20 * * * * *',
            overlap: 'skip',
            timeout: 0,
            action: async (__: unknown, { jobName, signal }: JobContext) => {
              starts.push(`${jobName} ${workerId}`)
              signal.addEventListener('abort', () => aborted.push(signal.reason), { once: true })
              await fleet.clock.sleep(90 * SECOND, signal)
              return workerId
            },
          },
        ]),
      )
    const options = { ...OPTIONS, shards: 4, skipColdStart: true }
    const a = await fleet.bootLeader(jobs('a'), options)
    await fleet.clock.advance(21 * SECOND)
    expect(starts).toHaveLength(4)
    const b = await fleet.boot('b', jobs('b'), options)
    await fleet.clock.advance(50 * SECOND)
    expect([led(a), led(b)]).toEqual([2, 2])
    expect(starts).toHaveLength(4)
    await fleet.clock.advance(60 * SECOND)
    expect(aborted).toEqual([])
    const completed = eventsOf(a, 'jobCompleted')
    expect(completed.map(({ result }) => result)).toEqual(['a', 'a', 'a', 'a'])
    expect([a, b].flatMap((each) => eventsOf(each, 'plg:scheduler:job-lost'))).toEqual([])
    await fleet.clock.advance(20 * SECOND)
    expect(starts.filter((each) => each.endsWith(' b'))).toHaveLength(2)
    for (let shard = 0; shard < 4; shard++) {
      const runs = await during(fleet.clock, b.scheduler.getJobHistory(nameIn(shard, 4), { status: 'success' }))
      expect(runs).toHaveLength(1)
    }
  })

  it('waits for the ends that are on their way, which the new leader would miss', async () => {
    const put = fleet.store.put.bind(fleet.store)
    fleet.store.put = async (key, body, options) => {
      if (key.startsWith('details/')) await fleet.clock.sleep(6 * SECOND)
      return put(key, body, options)
    }
    const jobs: FleetJobs = Object.fromEntries(
      [0, 1].map((shard) => [nameIn(shard, 2), { schedule: '*/4 * * * * *', action: () => 'x'.repeat(5000) }]),
    )
    const options = { ...OPTIONS, shards: 2, skipColdStart: true }
    const a = await fleet.bootLeader(jobs, options)
    await fleet.clock.advance(21 * SECOND)
    const b = await fleet.boot('b', jobs, options)
    await fleet.clock.advance(3 * MINUTE)
    expect([led(a), led(b)]).toEqual([1, 1])
    expect([a, b].flatMap((each) => eventsOf(each, 'plg:scheduler:job-lost'))).toEqual([])
  })

  it('hands over a run that waits between two attempts, which goes on there', async () => {
    const attempts: string[] = []
    const jobs = (workerId: string): FleetJobs =>
      Object.fromEntries(
        [0, 1].map((shard) => [
          nameIn(shard, 2),
          {
            schedule: '0 */5 * * * *',
            retries: 3,
            backoff: { type: 'fixed', baseMs: 40 * SECOND, jitter: 0 },
            action: (_: unknown, { attempt, jobName }: JobContext) => {
              attempts.push(`${jobName} ${attempt} ${workerId}`)
              if (attempt < 3) throw new Error('not yet')
            },
          },
        ]),
      ) as unknown as FleetJobs
    const options = { ...OPTIONS, shards: 2, skipColdStart: true }
    const a = await fleet.bootLeader(jobs('a'), options)
    await fleet.clock.advance(4 * MINUTE + 55 * SECOND)
    const b = await fleet.boot('b', jobs('b'), options)
    await fleet.clock.advance(4 * MINUTE)
    expect([led(a), led(b)]).toEqual([1, 1])
    const of = (shard: number): string[] =>
      attempts
        .filter((each) => each.startsWith(`${nameIn(shard, 2)} `))
        .map((each) => each.split(' ').slice(1).join(' '))
    const moved = b.scheduler.isLeader(nameIn(0, 2)) ? 0 : 1
    expect(of(1 - moved)).toEqual(['1 a', '2 a', '3 a'])
    expect(of(moved)).toEqual(['1 a', '2 b', '3 b'])
  })
})

describe('a deployment with another number of shards', () => {
  let starts: string[]
  beforeEach(() => {
    starts = []
  })

  /** Works for longer than the time between two ticks. */
  const jobs = (workerId: string): FleetJobs => ({
    job: {
      schedule: '*/30 * * * * *',
      timeout: 0,
      action: async (_: unknown, { signal }: JobContext) => {
        starts.push(workerId)
        await fleet.clock.sleep(100 * SECOND, signal)
      },
    },
  })

  it('leaves a run alone that goes on under the old leader', async () => {
    const old = await fleet.bootLeader(jobs('old'), { ...OPTIONS, shards: 1, skipColdStart: true })
    await fleet.clock.advance(31 * SECOND)
    expect(starts).toEqual(['old'])
    const next = await fleet.boot('next', jobs('next'), { ...OPTIONS, skipColdStart: true })
    await fleet.clock.advance(60 * SECOND)
    expect([old.scheduler.isLeader('job'), next.scheduler.isLeader('job')]).toEqual([true, true])
    expect(starts).toEqual(['old'])
    expect(eventsOf(next, 'plg:scheduler:job-lost')).toEqual([])
    await fleet.clock.advance(60 * SECOND)
    expect(eventsOf(old, 'jobCompleted')).toHaveLength(1)
    expect(starts).toHaveLength(2)
  })

  it('declares a run of the old leader lost when that is dead', async () => {
    const old = await fleet.bootLeader(jobs('old'), { ...OPTIONS, shards: 1, skipColdStart: true })
    await fleet.clock.advance(31 * SECOND)
    fleet.cutOff(old)
    const next = await fleet.boot('next', jobs('next'), { ...OPTIONS, skipColdStart: true })
    await fleet.clock.advance(60 * SECOND)
    expect(eventsOf(next, 'plg:scheduler:job-lost')).toHaveLength(1)
    expect(starts).toEqual(['old', 'next'])
  })
})
