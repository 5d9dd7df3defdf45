import { afterEach, beforeEach, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import { shardOf } from '@s3sched/jobs'
import { createFleet, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

const OPTIONS = { shards: 2, skipColdStart: false, heartbeatInterval: 2000, coldStartObservationWindow: 1000 }

let fleet: Fleet
beforeEach(() => {
  fleet = createFleet()
})
afterEach(() => fleet.stopAll())

function nameIn(shard: number): string {
  for (let index = 0; ; index++) if (shardOf(`job-${index}`, OPTIONS.shards) === shard) return `job-${index}`
}

it('starts a chained job after its run on the leader of another shard, by the success meanwhile', async () => {
  const first = nameIn(0)
  const second = nameIn(1)
  const starts: string[] = []
  const jobs = (): FleetJobs => ({
    [first]: { schedule: '0 * * * * *', action: () => void starts.push('first') },
    [second]: {
      schedule: null,
      after: first,
      action: async (_: unknown, { predecessors, signal }: JobContext) => {
        starts.push(predecessors?.[first] === undefined ? 'second by hand' : 'second by chain')
        await fleet.clock.sleep(20 * SECOND, signal)
      },
    },
  })
  const all = [await fleet.boot('a', jobs(), OPTIONS), await fleet.boot('b', jobs(), OPTIONS)]
  // Until 10 s before a minute, with all runs over.
  await fleet.clock.advance(110 * SECOND - (fleet.clock.now() % (60 * SECOND)))
  const leader = all.find(({ scheduler }) => scheduler.isLeader(second))
  expect(leader?.scheduler.isLeader(first)).toBe(false)
  starts.length = 0
  const byHand = leader?.scheduler.runJob(second)
  await fleet.clock.advance(15 * SECOND)
  expect(starts).toEqual(['second by hand', 'first'])
  await fleet.clock.advance(10 * SECOND)
  await byHand
  expect(starts).toEqual(['second by hand', 'first', 'second by chain'])
})
