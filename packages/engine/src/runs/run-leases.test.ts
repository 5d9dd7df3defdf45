import { silentLogger, takeReading, type Reading } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import type { OpenRun } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { RunLeases } from './run-leases.ts'

const LEASE_MS = 2000

/** Runs with leases; a commit of their page lands at once, unless the store is silent. */
function setUp() {
  const clock = createManualClock(Date.UTC(2026, 0, 5, 12))
  const state = { isActing: true, isSilent: false, isRefusing: false, signs: 0, ended: [] as string[] }
  let signedAt: Reading = takeReading(clock)
  const commit = (): void => {
    signedAt = takeReading(clock)
  }
  const sign = async (): Promise<void> => {
    state.signs++
    if (state.isRefusing) throw new Error('denied')
    if (state.isSilent) await new Promise(() => undefined)
    commit()
  }
  const said: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void said.push(message) }
  const leases = new RunLeases({ signs: { sign, sentAt: () => signedAt }, clock, logger })
  const enter = (runId: string, leaseMs: number = LEASE_MS) =>
    leases.enter({
      jobName: 'job',
      run: { runId } as OpenRun,
      leaseMs,
      isActing: () => state.isActing,
      end: () => void state.ended.push(runId),
    })
  return { clock, commit, enter, said, state }
}

it('signs the page often enough while an action goes on, once for all runs of a job', async () => {
  const { clock, enter, state } = setUp()
  const leases = [enter('a'), enter('b')]
  await clock.advance(20 * LEASE_MS)
  expect(leases.map((lease) => lease.isTrusted())).toEqual([true, true])
  expect(state.ended).toEqual([])
  expect(state.signs).toBeGreaterThanOrEqual(20)
  expect(state.signs).toBeLessThanOrEqual(50)
})

it('needs no sign of its own where other commits of the page come often', async () => {
  const { clock, commit, enter, state } = setUp()
  const lease = enter('a')
  for (let step = 0; step < 40; step++) {
    await clock.advance(LEASE_MS / 4)
    commit()
  }
  expect([lease.isTrusted(), state.signs]).toEqual([true, 0])
})

it('ends an action of which the store did not hear in time that it goes on', async () => {
  const { clock, enter, state } = setUp()
  const lease = enter('a')
  state.isSilent = true
  await clock.advance(LEASE_MS)
  expect([lease.isTrusted(), state.ended]).toEqual([false, ['a']])
})

it('is not given back by a sign that came too late: others may have taken the run for over', async () => {
  const { clock, commit, enter, state } = setUp()
  state.isActing = false
  state.isSilent = true
  const lease = enter('a')
  await clock.advance(LEASE_MS)
  commit()
  await clock.advance(10)
  expect([lease.isTrusted(), state.ended]).toEqual([false, []])
  state.isActing = true
  await clock.advance(LEASE_MS)
  expect(state.ended).toEqual(['a'])
})

it('does not trust a lease after a standstill, although a commit follows at once', async () => {
  const { clock, commit, enter } = setUp()
  const lease = enter('a')
  clock.step(10 * LEASE_MS)
  commit()
  expect(lease.isTrusted()).toBe(false)
})

it('is trusted for good once the record ties the run to another lease', async () => {
  const { clock, enter, state } = setUp()
  const lease = enter('a')
  lease.outlive()
  state.isSilent = true
  await clock.advance(10 * LEASE_MS)
  expect([lease.isTrusted(), state.ended]).toEqual([true, []])
})

it('signs nothing any more once all runs have left', async () => {
  const { clock, enter, state } = setUp()
  enter('a').leave()
  await clock.advance(10 * LEASE_MS)
  expect(state.signs).toBe(0)
})

it('asks a store that refuses all writes at once a few times a second, and fills no log', async () => {
  const { clock, enter, said, state } = setUp()
  state.isActing = false // waits for a slot, and may wait for long
  state.isRefusing = true
  const leaseMs = 60_000
  enter('a', leaseMs)
  await clock.advance(leaseMs)
  expect(state.signs).toBeGreaterThan(60)
  expect(state.signs).toBeLessThan(150)
  expect(said.length).toBeLessThan(8)
})
