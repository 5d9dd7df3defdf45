import { silentLogger } from '@s3sched/kernel'
import { afterEach, expect, it } from 'vitest'
import { createFleet, NOON, SECOND, type Fleet } from './fleet.ts'

let fleet: Fleet
afterEach(() => fleet.stopAll())

it.each([
  [700, 3000],
  [900, 1000],
  [1000, 3000],
])('keeps up with jobs of every second where each answer takes %d ms, claimed up to %d ms ahead', async (ms, ahead) => {
  fleet = createFleet()
  const lags: number[] = []
  const job = {
    schedule: '* * * * * *',
    action: (_: unknown, { scheduledTime }: { scheduledTime: Date | null }) =>
      void lags.push(fleet.clock.now() - Number(scheduledTime)),
  }
  const names = Array.from({ length: 10 }, (_, index) => `job${index}`)
  const { events, network } = await fleet.bootLeader(Object.fromEntries(names.map((name) => [name, job])), {
    claimAhead: ahead,
  })
  network.setFaults({ minLatencyMs: ms / 2 })
  await fleet.clock.advance(60 * SECOND)
  expect(lags.length).toBeGreaterThanOrEqual(59 * 10)
  expect(Math.max(...lags)).toBeLessThanOrEqual(SECOND)
  expect(events.filter(({ name }) => name === 'plg:scheduler:job-missed')).toEqual([])
})

it('says why ticks are late where a claim takes longer than claims may be ahead', async () => {
  const said: string[] = []
  fleet = createFleet(NOON, { ...silentLogger, warn: (text) => said.push(text) })
  const { network } = await fleet.bootLeader({ job: { schedule: { every: '5s' }, action: () => null } })
  network.setFaults({ minLatencyMs: 750 })
  await fleet.clock.advance(60 * SECOND)
  expect(said).toEqual([
    expect.stringMatching(
      /^the store takes \d{4} ms for a claim, longer than claimAhead \(1000 ms\).* Set claimAhead to \d000,/,
    ),
  ])
})
