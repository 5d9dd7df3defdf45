import type { JobRecord } from '@s3sched/jobs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, HOUR, MINUTE, NOON, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const HEARTBEAT = 10 * SECOND
const OPTIONS = { heartbeatInterval: HEARTBEAT }

/** True for a page of job records in which a run of the first job has ended. */
function hasEnded(page: Uint8Array): boolean {
  const { records } = JSON.parse(new TextDecoder().decode(page)) as { records: Record<string, Partial<JobRecord>> }
  return records['first']?.running?.length === 0 && records['first'].lastRun !== null
}

describe('a chain whose leader goes between the end of a run and the start of the next', () => {
  let fleet: Fleet
  let after: { readonly by: string; readonly at: number }[]
  /** The duration of the first job, in ms. */
  let takesMs: number
  beforeEach(() => {
    fleet = createFleet()
    after = []
    takesMs = SECOND
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (by: string): FleetJobs => ({
    first: { schedule: '0 1 * * * *', action: () => fleet.clock.sleep(takesMs) },
    second: { after: 'first', schedule: null, action: () => void after.push({ by, at: fleet.clock.now() }) },
  })
  const bootPair = async (options: object = OPTIONS): Promise<[Instance, Instance]> => [
    await fleet.bootLeader(jobsOf('a'), options),
    await fleet.boot('b', jobsOf('b'), options),
  ]
  /** Cuts an instance off once the end of the first job's run is in the bucket. */
  const dieAfterTheEnd = async (instance: Instance): Promise<void> => {
    const put = fleet.store.put.bind(fleet.store)
    const state = { isDead: false }
    fleet.store.put = async (key, body, options) => {
      const answer = await put(key, body, options)
      if (key.startsWith('jobs/pages/') && hasEnded(body)) {
        state.isDead = true
        fleet.cutOff(instance)
        fleet.store.put = put
      }
      return answer
    }
    while (!state.isDead) await fleet.clock.advance(SECOND)
  }

  it.each([
    ['short', SECOND],
    // The claim was written long before the old lease's last renewal.
    ['long', 5 * MINUTE],
  ])('starts when the next leader has resolved the run, that was %s', async (_, ms) => {
    takesMs = ms
    const [a, b] = await bootPair()
    await dieAfterTheEnd(a)
    while (!b.scheduler.isLeader()) await fleet.clock.advance(SECOND)
    await fleet.clock.advance(5 * SECOND)
    expect(after.map(({ by }) => by)).toEqual(['b'])
  })

  it('starts when the old leader stopped', async () => {
    const [a, b] = await bootPair()
    await fleet.clock.advance(NOON + MINUTE + 500 - fleet.clock.now())
    await during(fleet.clock, a.scheduler.stop())
    while (!b.scheduler.isLeader()) await fleet.clock.advance(SECOND)
    await fleet.clock.advance(5 * SECOND)
    expect(after.map(({ by }) => by)).toEqual(['b'])
  })

  it('starts also without a history', async () => {
    const [a, b] = await bootPair({ ...OPTIONS, persistJobs: false })
    await dieAfterTheEnd(a)
    while (!b.scheduler.isLeader()) await fleet.clock.advance(SECOND)
    await fleet.clock.advance(5 * SECOND)
    expect(after.map(({ by }) => by)).toEqual(['b'])
  })

  it('starts when its own run elsewhere has ended, also without a history and while that process has other runs', async () => {
    const options = { ...OPTIONS, persistJobs: false, enableCoordinator: false }
    const jobs = (by: string): FleetJobs => ({
      first: { schedule: null, action: () => 'done' },
      second: {
        after: 'first',
        schedule: null,
        action: () => (after.push({ by, at: fleet.clock.now() }), fleet.clock.sleep(10 * SECOND)),
      },
      long: { schedule: null, action: () => fleet.clock.sleep(HOUR) },
    })
    const [a, b] = [await fleet.boot('a', jobs('a'), options), await fleet.boot('b', jobs('b'), options)]
    await fleet.clock.advance(SECOND)
    a.scheduler.runJob('long').catch(() => undefined)
    await during(fleet.clock, a.scheduler.runJob('first'))
    await fleet.clock.advance(SECOND)
    await during(fleet.clock, b.scheduler.runJob('first'))
    await fleet.clock.advance(MINUTE)
    expect(after.map(({ by }) => by)).toEqual(['a'])
    await during(fleet.clock, b.scheduler.runJob('first'))
    await fleet.clock.advance(SECOND)
    expect(after.map(({ by }) => by)).toEqual(['a', 'b'])
  })

  it('starts when a run by hand elsewhere has resolved it', async () => {
    const [a, b] = await bootPair()
    await dieAfterTheEnd(a)
    while (!b.scheduler.isLeader()) await fleet.clock.advance(SECOND)
    const c = await fleet.boot('c', jobsOf('c'), OPTIONS)
    await during(fleet.clock, c.scheduler.runJob('first'))
    await fleet.clock.advance(HOUR / 2)
    // Started once after the run whose end its leader did not live to follow, and once after the run by hand.
    expect(after).toHaveLength(2)
  })
})

describe('a chain after a run of a standby', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  /** The leader is cut off at the tick, and back before its lease has run out; meanwhile a standby has begun the run. */
  const runInStandby = async (second: FleetJobs): Promise<Instance> => {
    const first = { schedule: '0 1 * * * *', action: () => fleet.clock.sleep(30 * SECOND) }
    const leader = await fleet.bootLeader({ first, ...second }, OPTIONS)
    const standby = await fleet.boot('b', { first, ...second }, OPTIONS)
    await fleet.clock.advance(MINUTE - 5 * SECOND - (fleet.clock.now() % MINUTE))
    fleet.cutOff(leader)
    await fleet.clock.advance(10 * SECOND)
    leader.network.heal()
    standby.resetRequests()
    await fleet.clock.advance(35 * SECOND)
    expect(leader.scheduler.isLeader()).toBe(true)
    return standby
  }

  it('starts in the leader soon after the end', async () => {
    const startedAt: number[] = []
    const action = () => void startedAt.push(fleet.clock.now() - NOON)
    await runInStandby({ second: { after: 'first', schedule: null, action } })
    expect(startedAt).toHaveLength(1)
    expect(startedAt[0]).toBeLessThan(MINUTE + 40 * SECOND)
  })

  it('costs nothing more where no job comes after', async () => {
    const standby = await runInStandby({ second: { schedule: null, action: () => {} } })
    const { put: alone } = standby.requests
    await fleet.stopAll()
    fleet = createFleet()
    const followed = await runInStandby({ second: { after: 'first', schedule: null, action: () => {} } })
    // The marker.
    expect(followed.requests.put).toBe(alone + 1)
  })
})
