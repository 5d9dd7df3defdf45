import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOperator, type Operator } from '@s3sched/operator'
import { listAll } from '@s3sched/store'
import type { JobContext } from '../src/index.ts'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
let operator: Operator
beforeEach(() => {
  fleet = createFleet()
  operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
})
afterEach(() => fleet.stopAll())

/** Says something every five seconds, for two minutes. */
const talks = async (_: unknown, { log, progress, signal }: JobContext): Promise<void> => {
  for (let step = 0; step < 24; step++) {
    log(`step ${step}`)
    progress(step / 24, `step ${step}`)
    await fleet.clock.sleep(5 * SECOND, signal)
  }
}
const jobs: FleetJobs = {
  talks: { schedule: '1 * * * *', action: talks },
  manual: { schedule: null, action: talks },
}

const openRun = async (job: string): Promise<string> => (await operator.job(job)).running[0]?.runId ?? 'none'
const keys = async (prefix: string): Promise<string[]> => (await listAll(fleet.store, prefix)).map(({ key }) => key)

describe('the report of an open run', () => {
  it('is not written while nobody looks', async () => {
    await fleet.bootLeader(jobs)
    await fleet.clock.advance(90 * SECOND)
    expect(await openRun('talks')).not.toBe('none')
    expect([...(await keys('live/')), ...(await keys('attention.json'))]).toEqual([])
  })

  it('is a second old for who looks, and gone after the end', async () => {
    await fleet.bootLeader(jobs)
    await fleet.clock.advance(62 * SECOND)
    const runId = await openRun('talks')
    await operator.attend([runId])
    await fleet.clock.advance(16 * SECOND)
    for (let second = 0; second < 30; second++) {
      await operator.attend([runId])
      await fleet.clock.advance(SECOND)
      const report = await operator.report(runId)
      const [last] = (await operator.job('talks')).running.map(
        ({ claimedAt }) => (fleet.clock.now() - claimedAt) / SECOND,
      )
      const spoken = Math.floor(((last ?? 0) - 2) / 5)
      expect(report?.log.length).toBeGreaterThanOrEqual(spoken)
      expect(report?.progress?.value).toBeGreaterThanOrEqual((spoken - 1) / 24)
      expect(report).toMatchObject({ attempt: 1, phase: 'running' })
    }
    await fleet.clock.advance(2 * MINUTE)
    expect(await operator.report(runId)).toBeUndefined()
    expect(await keys('live/')).toEqual([])
  })

  it('comes at once where the viewer is in the process of the run', async () => {
    const { scheduler } = await fleet.bootLeader(jobs)
    await fleet.clock.advance(62 * SECOND)
    const runId = await openRun('talks')
    await operator.attend([runId])
    await during(fleet.clock, scheduler.lookNow())
    await fleet.clock.advance(SECOND)
    expect(await operator.report(runId)).toMatchObject({ log: [{ message: 'step 0' }] })
  })

  it('comes from a follower with the run, too', async () => {
    await fleet.bootLeader(jobs)
    const { scheduler } = await fleet.boot('b', jobs)
    void scheduler.runJob('manual').catch(() => undefined)
    await fleet.clock.advance(SECOND)
    const runId = await openRun('manual')
    await operator.attend([runId])
    await fleet.clock.advance(20 * SECOND)
    await operator.attend([runId])
    await fleet.clock.advance(12 * SECOND)
    expect((await operator.report(runId))?.log.at(-1)?.message).toBe('step 6')
  })

  it('ends soon after the last viewer has gone, and the leader looks as seldom as before', async () => {
    const leader = await fleet.bootLeader({ ...jobs, talks: { schedule: '1 0 * * *', action: talks } })
    await operator.attend(['no such run'])
    await fleet.clock.advance(3 * MINUTE)
    leader.resetRequests()
    await fleet.clock.advance(10 * MINUTE)
    expect(leader.requests).toMatchObject({ get: 41, put: 20 })
  })

  it('is published for each of several viewers', async () => {
    await fleet.bootLeader(jobs)
    const other = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const manual = await operator.requestRun('manual')
    await fleet.clock.advance(62 * SECOND)
    const runId = await openRun('talks')
    await Promise.all([operator.attend([runId]), other.attend([manual])])
    await fleet.clock.advance(17 * SECOND)
    expect(await keys('live/')).toEqual([`live/${manual}.json`, `live/${runId}.json`].toSorted())
  })
})

describe('while somebody looks on', () => {
  it('a requested run is claimed within two seconds', async () => {
    await fleet.bootLeader(jobs)
    await operator.attend()
    await fleet.clock.advance(16 * SECOND)
    await operator.requestRun('manual')
    await fleet.clock.advance(2 * SECOND)
    expect(await openRun('manual')).not.toBe('none')
  })

  it('says so by a request in half a minute at most, however often', async () => {
    await fleet.bootLeader(jobs)
    const writes: string[] = []
    const store = {
      ...fleet.store,
      put: (...given: Parameters<typeof fleet.store.put>) => (writes.push(given[0]), fleet.store.put(...given)),
    }
    const viewer = createOperator(store, { prefix: '', clock: fleet.clock })
    for (let second = 0; second < 120; second++) {
      await viewer.attend(['r1'])
      await fleet.clock.advance(SECOND)
    }
    expect(writes).toEqual(['attention.json', 'changes.json', 'attention.json', 'attention.json', 'attention.json'])
  })
})
