import { createSimulatedHost, type SimulatedHost } from '@s3sched/lock/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assessHealth, createOperator } from '@s3sched/operator'
import { createFleet, eventsOf, SECOND, type Fleet, type FleetJobs, type Instance } from './fleet.ts'

/** Executes until the end of the test, or until told to end. */
const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

describe('a process that was killed and started again on one host', () => {
  let fleet: Fleet
  let host: SimulatedHost
  let starts: string[]
  beforeEach(() => {
    fleet = createFleet()
    host = createSimulatedHost()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  const jobsOf = (life: string, isLong = false): FleetJobs => ({
    job: {
      schedule: '* * * * * *',
      action: async (_, { scheduledTime, signal }) => {
        starts.push(`${life} ${(scheduledTime.getTime() / SECOND) % 60}`)
        if (isLong) await untilStopped(signal)
      },
    },
  })

  /** The process is gone, and its requests no longer reach the store. */
  const kill = (instance: Instance, process: ReturnType<SimulatedHost['start']>): void => {
    fleet.cutOff(instance)
    host.kill(process)
  }

  it.each([
    ['a name of its own', undefined],
    ['the same name', 'web'],
  ])('leads within a moment, with %s, and does not wait for the run that died', async (_, name) => {
    const [first, second] = [host.start(), host.start()]
    const options = { skipColdStart: false, standby: 'cold' } as const
    const dead = await fleet.boot(name ?? 'one', jobsOf('first', true), { ...options, host: first })
    await fleet.clock.advance(3955)
    expect(starts).toEqual(['first 1'])
    kill(dead, first)
    const alive = await fleet.boot(name ?? 'two', jobsOf('second'), { ...options, host: second })
    await fleet.clock.advance(100)
    expect(alive.scheduler.isLeader()).toBe(true)
    expect(alive.scheduler.getCurrentEpoch()).toBe(2)
    await fleet.clock.advance(1900)
    const lost = eventsOf(alive, 'plg:scheduler:job-lost')
    // The executing run, and the run claimed ahead.
    expect(lost.map(({ scheduledTime }) => Number(scheduledTime) % 60_000)).toEqual([1000, 4000])
    expect(lost.map(({ reason }) => reason)).toEqual([
      `its process (${name ?? 'one'}) went away between claim and end`,
      `its process (${name ?? 'one'}) went away after the claim, before the tick`,
    ])
    expect(starts).toEqual(['first 1', 'second 5'])
  })

  it('without a leader does not wait for the run that died either', async () => {
    const [first, second] = [host.start(), host.start()]
    const dead = await fleet.boot('one', jobsOf('first', true), { enableCoordinator: false, host: first })
    await fleet.clock.advance(1955)
    kill(dead, first)
    const alive = await fleet.boot('two', jobsOf('second'), { enableCoordinator: false, host: second })
    await fleet.clock.advance(2000)
    const lost = eventsOf(alive, 'plg:scheduler:job-lost').map(({ scheduledTime }) => Number(scheduledTime) % 60_000)
    expect(lost).toEqual([1000, 2000])
    expect(starts).toEqual(['first 1', 'second 3'])
  })

  it('waits where only the name of the host is the same', async () => {
    const [here, elsewhere] = [host.start(), createSimulatedHost('boot-2').start()]
    await fleet.boot('one', jobsOf('first', true), { host: here })
    await fleet.clock.advance(1500)
    const other = await fleet.boot('two', jobsOf('second'), { host: elsewhere, standby: 'cold' })
    await fleet.clock.advance(30 * SECOND)
    expect(other.scheduler.isLeader()).toBe(false)
    expect(starts).toEqual(['first 1'])
  })

  it('is called dead by whoever looks from the same host, and by nobody else', async () => {
    const process = host.start()
    const instance = await fleet.boot('one', jobsOf('first'), { host: process })
    await fleet.clock.advance(1500)
    kill(instance, process)
    const look = async (from: ReturnType<SimulatedHost['start']>) => {
      const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock, host: from })
      const [leader, workers] = await Promise.all([operator.leader(), operator.workers()])
      const found = assessHealth({
        leader,
        workers,
        jobs: [],
        unreadable: [],
        requests: [],
        now: fleet.clock.now(),
      })
      return { found: found.map(({ code, message }) => `${code} ${message}`), workers: workers.length }
    }
    expect(await look(host.start())).toEqual({
      found: ['LEADER_SILENT the leader one is dead: its process is gone (pid 1 on web)'],
      workers: 0,
    })
    expect(await look(createSimulatedHost('boot-2').start())).toEqual({ found: [], workers: 1 })
    await fleet.clock.advance(120 * SECOND)
    const { found } = await look(createSimulatedHost('boot-2').start())
    expect(found).toEqual([expect.stringContaining('the leader one is dead: nothing was heard of it for 12')])
  })
})
