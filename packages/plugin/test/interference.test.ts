import { silentLogger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { changeFields, damageRecord, deletePages, readFields } from '@s3sched/jobs/testing'
import { decodeDocument } from '@s3sched/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SchedulerPlugin, type JobContext } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const HEARTBEAT = 10 * SECOND
const OPTIONS = { heartbeatInterval: HEARTBEAT }

describe('what others do to a job meanwhile', () => {
  let fleet: Fleet
  let starts: number[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const noting = (schedule: string): FleetJobs => ({
    job: { schedule, action: (_, { scheduledTime }) => void starts.push(scheduledTime.getTime()) },
  })
  const fenceNow = async (): Promise<number> => {
    return Number((await readFields(fleet.store, 'job'))?.['fence'])
  }

  it('a record that became unreadable is not written over with what this instance last knew', async () => {
    await fleet.bootLeader(noting('*/10 * * * * *'))
    await fleet.clock.advance(25 * SECOND)
    const before = await readFields(fleet.store, 'job')
    await damageRecord(fleet.store, 'job', '{"spec":7}')
    const { length } = starts
    await fleet.clock.advance(MINUTE)
    expect(await readFields(fleet.store, 'job')).toEqual({ spec: 7 })
    expect(starts.length).toBeLessThanOrEqual(length + 1)
    await changeFields(fleet.store, 'job', () => before)
    await fleet.clock.advance(MINUTE)
    expect(starts.length).toBeGreaterThan(length + 4)
  })

  it('a record whose schedule made no sense runs again within a minute of its mending by hand', async () => {
    await fleet.bootLeader(noting('*/10 * * * * *'))
    await fleet.clock.advance(25 * SECOND)
    const before = await readFields(fleet.store, 'job')
    const override = { against: 'x', fields: { schedule: { toString: 1 } } }
    await changeFields(fleet.store, 'job', (fields) => ({ ...fields, override }))
    await fleet.store.put('changes.json', new TextEncoder().encode('{"v":1,"nonce":"by hand"}'))
    await fleet.clock.advance(MINUTE)
    await changeFields(fleet.store, 'job', () => before)
    const { length } = starts
    await fleet.clock.advance(MINUTE)
    expect(starts.length).toBeGreaterThan(length + 4)
  })

  it('a schedule that only a newer version can read keeps no other job from a new leader', async () => {
    const jobs = { ...noting('*/10 * * * * *'), odd: { schedule: '@hourly', action: () => undefined } }
    await fleet.bootLeader(jobs, OPTIONS)
    await changeFields(fleet.store, 'odd', (record) => ({
      ...record,
      override: { against: record?.['hash'], fields: { schedule: '@every full moon' } },
    }))
    await fleet.stopAll()
    const next = await fleet.boot('b', jobs, OPTIONS)
    await fleet.clock.advance(MINUTE)
    expect(next.scheduler.isLeader()).toBe(true)
    starts = []
    await fleet.clock.advance(MINUTE)
    expect(starts).toHaveLength(6)
    const lease = await fleet.store.get('leader.json')
    const held = lease.outcome === 'found' ? decodeDocument(lease.body) : undefined
    const fields = held?.outcome === 'found' ? held.fields : {}
    expect(fields).toMatchObject({ payload: { standbys: [], unclaimed: {} } })
    const troubled = next.events.filter(({ name }) => name === 'error').map(({ payload: { jobName } }) => jobName)
    expect(new Set(troubled)).toEqual(new Set(['odd']))
  })

  it('a record that was deleted comes back with a fence above all others, and no tick starts twice', async () => {
    await fleet.bootLeader(noting('*/10 * * * * *'))
    await fleet.clock.advance(25 * SECOND)
    const fence = await fenceNow()
    await deletePages(fleet.store)
    await fleet.clock.advance(MINUTE)
    expect(await fenceNow()).toBeGreaterThan(fence + 1000)
    expect(new Set(starts).size).toBe(starts.length)
    expect(starts.at(-1)).toBeGreaterThan(fleet.clock.now() - 20 * SECOND)
  })

  it('a record that was deleted and defined anew by a stranger has its past and its fence again', async () => {
    const fences: number[] = []
    const action = (_: unknown, { fence, scheduledTime }: JobContext): void => {
      starts.push(scheduledTime.getTime())
      fences.push(fence)
    }
    const jobs = { job: { schedule: '*/10 * * * * *', action } }
    const a = await fleet.bootLeader(jobs)
    await fleet.clock.advance(45 * SECOND)
    const counted = a.scheduler.getJobStatus('job')?.statistics.totalRuns ?? 0
    expect(counted).toBeGreaterThan(2)
    await deletePages(fleet.store)
    await fleet.boot('stranger', jobs)
    expect(await fenceNow()).toBe(0)
    await fleet.clock.advance(MINUTE)
    expect(fences.toSorted((x, y) => x - y)).toEqual(fences)
    expect(new Set(fences).size).toBe(fences.length)
    expect(new Set(starts).size).toBe(starts.length)
    expect(starts.at(-1)).toBeGreaterThan(fleet.clock.now() - 20 * SECOND)
    expect(a.scheduler.getJobStatus('job')?.statistics.totalRuns).toBeGreaterThan(counted + 3)
  })

  it('a record that a stranger defined anew is restored although nothing of the job is due', async () => {
    const jobs = { job: { schedule: '0 0 1 1 *', action: () => 1 } }
    const a = await fleet.bootLeader(jobs, OPTIONS)
    await during(fleet.clock, a.scheduler.runJob('job'))
    await during(fleet.clock, a.scheduler.disableJob('job'))
    await deletePages(fleet.store)
    await fleet.boot('stranger', jobs, OPTIONS)
    expect(await fenceNow()).toBe(0)
    await fleet.clock.advance(MINUTE)
    expect(await fenceNow()).toBeGreaterThan(1000)
    expect(a.scheduler.getJobStatus('job')).toMatchObject({ paused: true, lastStatus: 'success' })
  })

  it.each([0, 3 * SECOND])(
    'a record that was deleted is written again by a follower %i ms behind, and no tick that was claimed ahead starts twice',
    async (behindMs) => {
      await fleet.bootLeader(noting('* * * * * *'))
      const follower = new SchedulerPlugin<unknown>({
        store: fleet.store,
        prefix: '',
        workerId: 'behind',
        logger: silentLogger,
        jobs: noting('* * * * * *'),
        clock: { ...fleet.clock, now: () => fleet.clock.now() - behindMs },
        random: createSeededRandom(5),
      })
      await during(fleet.clock, follower.start())
      // The claim of the next tick is written, but its instant is still ahead.
      await fleet.clock.advance(SECOND - (fleet.clock.now() % SECOND) + 700)
      await deletePages(fleet.store)
      // The write may have landed before the deletion.
      const update = (): Promise<unknown> => during(fleet.clock, follower.updateJob('job', { retries: 1 }))
      await expect(update()).rejects.toMatchObject({ code: 'STORE', retriable: true })
      await update()
      const deletedAt = fleet.clock.now()
      await fleet.clock.advance(20 * SECOND)
      expect(new Set(starts).size).toBe(starts.length)
      expect(starts.some((tick) => tick > deletedAt + 10 * SECOND)).toBe(true)
      await during(fleet.clock, follower.stop({ timeout: 0 }))
    },
  )

  it('a tick of a schedule that was replaced just before its claim does not run', async () => {
    await fleet.bootLeader(noting('*/10 * * * * *'))
    const other = await fleet.boot('b', noting('*/10 * * * * *'))
    const intoStep = fleet.clock.now() % (20 * SECOND)
    await fleet.clock.advance(20 * SECOND - intoStep + 8.5 * SECOND)
    await during(fleet.clock, other.scheduler.updateJob('job', { schedule: '*/20 * * * * *' }))
    const changedAt = fleet.clock.now()
    await fleet.clock.advance(MINUTE)
    const since = starts.filter((tick) => tick > changedAt)
    expect(since.length).toBeGreaterThan(1)
    expect(since.filter((tick) => tick % (20 * SECOND) !== 0)).toEqual([])
  })

  it('an attempt that failed while the lease ran out counts as made when the run is handed over', async () => {
    const attempts: [string, number][] = []
    const jobsOf = (workerId: string): FleetJobs => ({
      job: {
        schedule: '0 * * * * *',
        retries: 3,
        backoff: { type: 'fixed', baseMs: 1000 },
        catchUp: 'none',
        action: async (_: unknown, context: JobContext) => {
          attempts.push([workerId, context.attempt])
          if (workerId === 'b') return
          await fleet.clock.sleep(5 * SECOND)
          throw new Error('not yet')
        },
      },
    })
    const a = await fleet.bootLeader(jobsOf('a'), OPTIONS)
    const b = await fleet.boot('b', jobsOf('b'), OPTIONS)
    await fleet.clock.advance(MINUTE - (fleet.clock.now() % MINUTE) + 2 * SECOND)
    fleet.cutOff(a)
    a.scheduler.on('plg:scheduler:coordinator-demoted', () => a.network.heal())
    await fleet.clock.advance(6 * HEARTBEAT)
    expect(b.scheduler.isLeader() || a.scheduler.isLeader()).toBe(true)
    expect(attempts.slice(0, 2).map(([, attempt]) => attempt)).toEqual([1, 2])
  })
})
