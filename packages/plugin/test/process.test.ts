import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '@s3sched/kernel'
import { createFleet, during, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'
import { limitListenersAsBefore } from './old-signals.ts'

let fleet: Fleet
afterEach(async () => {
  vi.unstubAllGlobals()
  await fleet.stopAll()
})

describe('a logger that throws', () => {
  it('ends no loop: a leader renews, claims and watches on, and its follower takes over', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const fail = (): never => {
      throw new Error('the disk of the logs is full')
    }
    fleet = createFleet(undefined, { debug: fail, info: fail, warn: fail, error: fail })
    const ticks: number[] = []
    const jobs: FleetJobs = {
      job: {
        schedule: '*/10 * * * * *',
        action: (_, { scheduledTime }) => {
          ticks.push(scheduledTime.getTime())
          throw new Error('so that something is logged')
        },
      },
      later: { schedule: null, action: () => 1 },
    }
    const a = await fleet.bootLeader(jobs)
    const b = await fleet.boot('b', jobs)
    await fleet.clock.advance(2 * MINUTE)
    for (const { network } of [a, b]) network.partition('requests')
    await fleet.clock.advance(20 * SECOND)
    for (const { network } of [a, b]) network.heal()
    await fleet.clock.advance(5 * MINUTE)
    expect(a.scheduler.isLeader()).toBe(true)
    await b.scheduler.requestRun('later')
    await fleet.clock.advance(MINUTE)
    expect(await a.scheduler.getJobHistory('later')).toHaveLength(1)
    ticks.length = 0
    fleet.cutOff(a)
    await fleet.clock.advance(5 * MINUTE)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(ticks.length).toBeGreaterThanOrEqual(29)
    await during(fleet.clock, b.scheduler.stop())
    expect(warn.mock.calls.length).toBeGreaterThan(0)
    warn.mockRestore()
  })
})

describe('very many runs in hand', () => {
  it.each(['leader', 'member'])('of a %s make Node warn of no leak, and leave no listener', async (role) => {
    const warnings: unknown[] = []
    const note = (warning: Error): void =>
      void (warning.name === 'MaxListenersExceededWarning' && warnings.push(warning))
    process.on('warning', note)
    const signals = limitListenersAsBefore()
    const any = vi.spyOn(AbortSignal, 'any')
    fleet = createFleet(undefined, silentLogger)
    const jobs: FleetJobs = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `job${index}`,
        { schedule: '*/30 * * * * *', action: (_db: unknown, { signal }) => fleet.clock.sleep(20 * SECOND, signal) },
      ]),
    )
    const options = { maxConcurrentJobs: 100, enableCoordinator: role === 'leader' }
    await fleet.boot('a', jobs, options)
    // Of the signal with the most: a signal of one call is forgotten with its listener.
    const most = (): number => Math.max(...signals.map((signal) => getEventListeners(signal, 'abort').length))
    await fleet.clock.advance(MINUTE)
    const before = most()
    await fleet.clock.advance(2 * MINUTE)
    // A warning is emitted in the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', note)
    expect(warnings).toEqual([])
    // 240 runs have ended meanwhile, and 60 may be in hand.
    expect(most()).toBeLessThanOrEqual(before + 60)
    expect(any).not.toHaveBeenCalled()
    any.mockRestore()
  })
})
