import { silentLogger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { listAll } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
  MINUTE,
  SECOND,
  type Fleet,
  type FleetJobs,
  type Instance,
} from './fleet.ts'
import { SchedulerPlugin } from '../src/index.ts'
import { hash53, indexEntry } from '@s3sched/jobs'
import { HOSTILE_BODIES } from './hostile-bodies.ts'

/** Starts that use the index of unchanged records, and must still find every difference from the code. */
const OPTIONS = { jobsReadAtStart: 0, heartbeatInterval: 10 * SECOND }

let fleet: Fleet
let starts: { readonly job: string; readonly tick: number; readonly fence: number }[]
beforeEach(() => {
  fleet = createFleet()
  starts = []
})
afterEach(() => fleet.stopAll())

const job = (schedule: string, more: object = {}): FleetJobs[string] => ({
  ...more,
  schedule,
  action: (_db, { fence, jobName, scheduledTime }) =>
    void starts.push({ job: jobName, tick: scheduledTime.getTime(), fence }),
})
const two = { one: job('*/10 * * * *'), other: job('*/10 * * * *') }
const boot = (id: string, jobs: FleetJobs): Promise<Instance> => fleet.boot(id, jobs, OPTIONS)
const stop = ({ scheduler }: Instance): Promise<void> => during(fleet.clock, scheduler.stop())
const ran = (name: string): number => starts.filter(({ job: started }) => started === name).length
const indexes = async (): Promise<string[]> => (await listAll(fleet.store, 'defined/')).map(({ key }) => key)
const unread = (instance: Instance, name: string): boolean =>
  instance.scheduler.getJobStatus(name)?.statistics.totalRuns === 0

/** An instance has led for a while, and was stopped. */
async function pastLife(jobs: FleetJobs = two): Promise<void> {
  const first = await fleet.bootLeader(jobs, OPTIONS)
  await fleet.clock.advance(25 * MINUTE)
  await stop(first)
  expect(await indexes()).toEqual(['defined/1.0.json'])
  starts = []
}

describe('a start that believes the index', () => {
  it('reads nothing of a job that is as defined, and runs it on its tick with the next fence', async () => {
    await pastLife()
    const second = await boot('b', two)
    expect([unread(second, 'one'), unread(second, 'other')]).toEqual([true, true])
    await fleet.clock.advance(10 * MINUTE)
    expect(starts.map(({ fence }) => fence)).toEqual([3, 3])
    expect(second.scheduler.getJobStatus('one')?.statistics.totalRuns).toBeGreaterThanOrEqual(2)
  })

  it('shows what it has not read after a refresh', async () => {
    await pastLife()
    const second = await boot('b', two)
    expect(unread(second, 'one')).toBe(true)
    await during(fleet.clock, second.scheduler.refresh())
    expect(second.scheduler.getJobStatus('one')?.statistics.totalRuns).toBe(2)
  })

  it('catches up what was due while nobody ran', async () => {
    await pastLife()
    await fleet.clock.advance(35 * MINUTE)
    const second = await boot('b', two)
    await fleet.clock.advance(MINUTE)
    expect([ran('one'), ran('other')]).toEqual([1, 1])
    // After an orderly stop, ticks without an instance are not missed.
    expect(eventsOf(second, 'plg:scheduler:job-missed')).toEqual([])
  })

  it('finds a pause that was made before, and one that is made while nobody leads', async () => {
    const first = await fleet.bootLeader(two, OPTIONS)
    await during(fleet.clock, first.scheduler.disableJob('one'))
    await stop(first)
    const second = await fleet.boot('b', two, { ...OPTIONS, enabled: false })
    await during(fleet.clock, second.scheduler.disableJob('other'))
    const third = await boot('c', two)
    expect([third.scheduler.getJobStatus('one')?.paused, third.scheduler.getJobStatus('other')?.paused]).toEqual([
      true,
      true,
    ])
    await fleet.clock.advance(HOUR)
    expect(starts).toEqual([])
  })

  it('finds a change that was made at run time, and keeps to it', async () => {
    await pastLife()
    const second = await fleet.boot('b', two, { ...OPTIONS, enabled: false })
    await during(fleet.clock, second.scheduler.updateJob('one', { schedule: '0 0 1 1 *' }))
    await boot('c', two)
    await fleet.clock.advance(HOUR)
    expect([ran('one'), ran('other')]).toEqual([0, 6])
  })

  it('defines again what was removed', async () => {
    const first = await fleet.bootLeader(two, OPTIONS)
    await during(fleet.clock, first.scheduler.removeJob('one'))
    await stop(first)
    await boot('b', two)
    await fleet.clock.advance(30 * MINUTE)
    expect([ran('one'), ran('other')]).toEqual([3, 3])
  })

  it('of an older version brings its definition back, and the newer one again, whatever each has put into the index', async () => {
    const newer = { ...two, one: job('*/20 * * * *') }
    const every = async (id: string, jobs: FleetJobs): Promise<number> => {
      const instance = await fleet.boot(id, jobs, OPTIONS)
      for (let waited = 0; !instance.scheduler.isLeader() && waited < 60; waited++) await fleet.clock.advance(SECOND)
      starts = []
      await fleet.clock.advance(HOUR)
      await stop(instance)
      return ran('one')
    }
    expect([await every('a', two), await every('b', newer), await every('c', two), await every('d', newer)]).toEqual([
      6, 3, 6, 3,
    ])
  })

  it('takes over from a newer version by what that has put into the bucket', async () => {
    await pastLife()
    const older = await fleet.bootLeader(two, OPTIONS)
    const newer = await boot('b', { ...two, one: job('*/20 * * * *') })
    await stop(newer)
    await fleet.clock.advance(MINUTE)
    starts = []
    await fleet.clock.advance(HOUR)
    expect([older.scheduler.isLeader(), ran('one'), ran('other')]).toEqual([true, 3, 6])
  })

  it('writes a record again that somebody deleted before it was read, with a fence that was never given out', async () => {
    await pastLife()
    await boot('b', two)
    await fleet.store.delete('jobs/one.json')
    await fleet.clock.advance(25 * MINUTE)
    const fences = starts.filter(({ job: name }) => name === 'one').map(({ fence }) => fence)
    expect(fences.length).toBeGreaterThan(0)
    expect(Math.min(...fences)).toBeGreaterThan(1_000_000)
    expect(ran('other')).toBeGreaterThan(0)
  })

  it.each(HOSTILE_BODIES)('reads the records when the index is %s', async (_, body) => {
    await pastLife()
    await fleet.store.put('defined/1.0.json', typeof body === 'string' ? new TextEncoder().encode(body) : body)
    const second = await boot('b', two)
    expect(unread(second, 'one')).toBe(false)
    await fleet.clock.advance(10 * MINUTE)
    expect([ran('one'), ran('other')]).toEqual([1, 1])
  })

  it('claims by the record and not by an index that vouches for too much', async () => {
    await pastLife()
    const paused = await fleet.boot('b', two, { ...OPTIONS, enabled: false })
    await during(fleet.clock, paused.scheduler.disableJob('one'))
    // A forged index entry, which calls the paused record a plain record.
    const listed = await listAll(fleet.store, 'jobs/')
    const [one, other] = listed.map(({ etag }) => indexEntry({ etagHash: hash53(etag), from: 0 }))
    const got = await fleet.store.get('defined/1.0.json')
    if (got.outcome !== 'found') throw new Error('no index')
    const unchanged = JSON.parse(new TextDecoder().decode(got.body)) as object
    await fleet.store.put(
      'defined/1.0.json',
      new TextEncoder().encode(JSON.stringify({ ...unchanged, texts: [`${one}${other}`] })),
    )
    const third = await boot('c', two)
    await fleet.clock.advance(HOUR)
    expect([unread(third, 'one'), ran('one')]).toEqual([false, 0])
    expect(ran('other')).toBe(6)
  })
})

describe.each([['reads', 1000] as const, ['does not read', 0] as const])(
  'a leader that %s all records when it starts',
  (_, jobsReadAtStart) => {
    it('claims what is due before it knows what has changed, and hears of that then', async () => {
      const jobs = { one: job('*/10 * * * * *'), other: job('*/10 * * * * *') }
      const options = { ...OPTIONS, jobsReadAtStart }
      const first = await fleet.bootLeader(jobs, options)
      await fleet.clock.advance(MINUTE)
      let release = (): void => {}
      let isHeld = false
      const released = new Promise<void>((resolve) => (release = resolve))
      const { clock, store } = fleet
      const second = new SchedulerPlugin<unknown>({
        ...options,
        jobs,
        clock,
        random: createSeededRandom(3),
        logger: silentLogger,
        workerId: 'b',
        prefix: '',
        skipColdStart: true,
        store: {
          ...store,
          async *list(prefix, call) {
            if (isHeld && prefix === 'jobs/') await released
            yield* store.list(prefix, call)
          },
        },
      })
      await during(clock, second.start())
      await during(clock, first.scheduler.disableJob('other'))
      isHeld = true
      await stop(first)
      starts = []
      for (let waited = 0; !second.isLeader() && waited < 60; waited++) await clock.advance(SECOND)
      await clock.advance(SECOND)
      starts = []
      await clock.advance(MINUTE)
      expect(second.isLeader()).toBe(true)
      expect([ran('one'), ran('other')]).toEqual([6, 0])
      const lease = await store.get('leader.json')
      const said = lease.outcome === 'found' ? new TextDecoder().decode(lease.body) : ''
      // Before the leader has resolved its predecessor's ticks, its watermark is no later than the last leader's.
      expect((JSON.parse(said) as { payload: { watermark: number } }).payload.watermark).toBeLessThan(
        clock.now() - MINUTE,
      )
      release()
      await clock.advance(MINUTE)
      expect([ran('one'), ran('other')]).toEqual([12, 0])
      expect(new Set(starts.map(({ tick }) => tick)).size).toBe(12)
      await during(clock, second.stop())
    })
  },
)
