import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

const BACKOFF = 5 * MINUTE
/** A lease is lost before a request that hangs is given up. */
const OPTIONS = { heartbeatInterval: 5 * SECOND }

let fleet: Fleet
let begun: { readonly workerId: string; readonly attempt: number; readonly at: number }[]
let fail: (error: Error) => void
let failedAt: number
beforeEach(() => {
  fleet = createFleet()
  begun = []
})
afterEach(() => fleet.stopAll())

/** Its first attempt goes on until the test lets it fail. */
const jobsOf = (workerId: string): FleetJobs => ({
  job: {
    schedule: '0 1 12 * * *',
    retries: 1,
    backoff: { type: 'fixed', baseMs: BACKOFF, jitter: 0 },
    action: (_, { attempt }) => {
      begun.push({ workerId, attempt, at: fleet.clock.now() })
      return attempt === 1 ? new Promise((_resolve, reject) => (fail = reject)) : 'done'
    },
  },
})

async function bootPair(): Promise<[Instance, Instance]> {
  const a = await fleet.bootLeader(jobsOf('a'), OPTIONS)
  const b = await fleet.boot('b', jobsOf('b'), OPTIONS)
  while (begun.length === 0) await fleet.clock.advance(SECOND)
  return [a, b]
}

async function failNow(): Promise<void> {
  failedAt = fleet.clock.now()
  fail(new Error('not yet'))
  await fleet.clock.advance(0)
}

/** From the failure of the first attempt to the second, in ms. */
function waitedMs(): number {
  return (begun.find(({ attempt }) => attempt === 2)?.at ?? 0) - failedAt
}

it('is not shortened by a sleep of the machine on which the attempt failed', async () => {
  const [a] = await bootPair()
  fleet.clock.suspend(8 * SECOND)
  await failNow()
  await fleet.clock.advance(SECOND)
  await during(fleet.clock, a.scheduler.stop({ timeout: 0 }))
  await fleet.clock.advance(2 * BACKOFF)
  expect(begun.at(-1)).toMatchObject({ workerId: 'b', attempt: 2 })
  expect(begun.map(({ attempt }) => attempt)).toEqual([1, 2])
  expect(waitedMs()).toBeGreaterThanOrEqual(BACKOFF)
  expect(waitedMs()).toBeLessThan(2 * BACKOFF)
})

it('is kept where the lease was lost before the failure could be noted', async () => {
  const [a] = await bootPair()
  fleet.cutOff(a)
  a.scheduler.on('plg:scheduler:coordinator-demoted', () => a.network.heal())
  await failNow()
  await fleet.clock.advance(3 * BACKOFF)
  expect(begun.map(({ attempt }) => attempt)).toEqual([1, 2])
  expect(waitedMs()).toBeGreaterThanOrEqual(BACKOFF)
  expect(waitedMs()).toBeLessThan(2 * BACKOFF)
})
