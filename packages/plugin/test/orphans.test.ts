import type { Logger } from '@s3sched/kernel'
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

const ORPHANED = 'plg:scheduler:job-orphaned'
const WINDOW = 2 * HOUR

describe('a job that no instance defines any more', () => {
  let fleet: Fleet
  let warnings: string[]
  let runs: number[]
  beforeEach(() => {
    warnings = []
    runs = []
    const logger: Logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => void warnings.push(message),
      error: () => undefined,
    }
    fleet = createFleet(undefined, logger)
  })
  afterEach(() => fleet.stopAll())

  const other: FleetJobs = { other: { schedule: null, action: () => 1 } }
  const old: FleetJobs = {
    old: {
      schedule: '*/10 * * * *',
      catchUpWindowMs: WINDOW,
      action: (_, { scheduledTime }) => void runs.push(scheduledTime.getTime()),
    },
  }

  /** The last instance with the job's action has left, and another instance leads. */
  async function leaveBehind(): Promise<Instance> {
    const before = await fleet.bootLeader({ ...old, ...other })
    await fleet.clock.advance(11 * MINUTE)
    expect(runs).toHaveLength(1)
    await during(fleet.clock, before.scheduler.stop())
    const after = await fleet.boot('b', other)
    await fleet.clock.advance(MINUTE)
    expect(after.scheduler.isLeader()).toBe(true)
    return after
  }

  it('waits for its catch-up window, is marked and reported once, and costs nothing from then on', async () => {
    const leader = await leaveBehind()
    await fleet.clock.advance(WINDOW - 5 * MINUTE)
    expect(eventsOf(leader, 'plg:scheduler:job-unclaimed')).toEqual([{ jobName: 'old' }])
    expect(eventsOf(leader, ORPHANED)).toEqual([])
    await fleet.clock.advance(20 * MINUTE)
    const firstOpenTick = new Date((runs[0] ?? 0) + 10 * MINUTE)
    expect(eventsOf(leader, ORPHANED)).toEqual([{ jobName: 'old', firstOpenTick }])
    expect(warnings.filter((warning) => /no instance defines job 'old' any more/.test(warning))).toHaveLength(1)
    expect(leader.scheduler.getJobStatus('old')?.orphanedSince).toBeInstanceOf(Date)
    await fleet.clock.advance(HOUR)
    leader.resetRequests()
    await fleet.clock.advance(9 * MINUTE)
    // The lease, the marker and the backstop; no write for the job.
    expect(leader.requests.put).toBeLessThanOrEqual(2 * 9 + 1)
    expect(leader.requests.get).toBeLessThanOrEqual(4 * 9 + 1)
    expect(eventsOf(leader, ORPHANED)).toHaveLength(1)
  })

  it('is not reported again by the next leader', async () => {
    const leader = await leaveBehind()
    await fleet.clock.advance(WINDOW + 20 * MINUTE)
    await during(fleet.clock, leader.scheduler.stop())
    const next = await fleet.boot('c', other)
    await fleet.clock.advance(HOUR)
    expect(next.scheduler.isLeader()).toBe(true)
    expect(eventsOf(next, ORPHANED)).toEqual([])
    expect(eventsOf(next, 'plg:scheduler:job-unclaimed')).toEqual([])
  })

  it('comes back when somebody defines it again; what nobody could run is recorded as missed', async () => {
    const leader = await leaveBehind()
    await fleet.clock.advance(WINDOW + 20 * MINUTE)
    await during(fleet.clock, leader.scheduler.stop())
    const again = await fleet.boot('c', { ...old, ...other })
    await fleet.clock.advance(11 * MINUTE)
    expect(again.scheduler.getJobStatus('old')?.orphanedSince).toBeNull()
    expect(runs.length).toBeGreaterThanOrEqual(3)
    const history = await again.scheduler.getJobHistory('old')
    const missed = history.filter(({ status }) => status === 'missed').reduce((sum, { count }) => sum + count, 0)
    const [first = 0, second = 0] = runs
    expect(missed).toBe((second - first) / (10 * MINUTE) - 1)
  })

  it('is run by a follower that comes with its action, although another leads', async () => {
    const leader = await leaveBehind()
    await fleet.clock.advance(WINDOW + 30 * MINUTE)
    expect(eventsOf(leader, ORPHANED)).toHaveLength(1)
    const follower = await fleet.boot('c', { ...old, ...other }, { standby: 'cold' })
    await fleet.clock.advance(11 * MINUTE)
    expect(follower.scheduler.isLeader()).toBe(false)
    expect(runs.length).toBeGreaterThanOrEqual(2)
    expect(eventsOf(follower, 'plg:scheduler:job-missed')[0]).toMatchObject({ jobName: 'old' })
    expect(follower.scheduler.getJobStatus('old')?.orphanedSince).toBeNull()
    await fleet.clock.advance(WINDOW + 30 * MINUTE)
    expect(eventsOf(leader, ORPHANED)).toHaveLength(1)
  })

  it('can be removed by an instance that never defined it', async () => {
    const leader = await leaveBehind()
    await fleet.clock.advance(WINDOW + 20 * MINUTE)
    await during(fleet.clock, leader.scheduler.removeJob('old'))
    expect(leader.scheduler.getJobStatus('old')).toBeNull()
    expect(() => leader.scheduler.removeJob('old')).toThrow("Job 'old' not found")
    expect(eventsOf(leader, 'plg:scheduler:job-removed')).toEqual([{ jobName: 'old' }])
  })

  it('is no orphan while another instance runs it, without a coordinator', async () => {
    const options = { enableCoordinator: false }
    const a = await fleet.boot('a', { ...old, ...other }, options)
    const b = await fleet.boot('b', other, options)
    await fleet.clock.advance(2 * WINDOW + SECOND)
    expect(runs).toHaveLength(24)
    expect([...eventsOf(a, ORPHANED), ...eventsOf(b, ORPHANED)]).toEqual([])
  })
})
