import { messageOf, type Logger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import type { HostProbe } from '@s3sched/lock'
import { createSimulatedHost } from '@s3sched/lock/testing'
import { createMemoryStore } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCable, createInstances, record, type Instances } from '../test/instances.ts'
import { createCoordinator, type Coordinator } from './index.ts'

let instances: Instances

beforeEach(() => {
  instances = createInstances()
})

function capturing(): { readonly lines: string[]; readonly logger: Logger } {
  const lines: string[] = []
  const say = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  return { lines, logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') } }
}

describe('an instance whose leader was killed on the same host', () => {
  it('leads at once when it starts, in the next epoch, whoever else has died there', async () => {
    const { clock, create } = instances
    const host = createSimulatedHost()
    const [first, second] = [host.start(), host.start()]
    // No stop: a killed process leaves this behind.
    const dead = create('a', { host: first, skipColdStart: true })
    await dead.start()
    await clock.advance(0)
    expect(dead.isLeader()).toBe(true)
    host.kill(first)
    const heir = create('z', { host: second })
    const told = record(heir, 'elected')
    await heir.start()
    await clock.advance(0)
    expect(heir.isLeader()).toBe(true)
    expect(heir.epoch()).toBe(2)
    expect(told).toEqual([{ workerId: 'z', epoch: 2, shard: 0 }])
    expect((await heir.workers()).map(({ workerId }) => workerId)).toEqual(['z'])
    await heir.stop()
    await dead.stop()
  })

  it('leads within a second while it follows, and asks the store for nothing until then', async () => {
    const { clock, counting, create } = instances
    const host = createSimulatedHost()
    const [first, second] = [host.start(), host.start()]
    const a = create('a', { host: first, skipColdStart: true })
    await a.start()
    await clock.advance(0)
    const b = create('b', { host: second })
    await b.start()
    await clock.advance(5000)
    counting.reset()
    await clock.advance(10_000)
    expect(counting.requests).toMatchObject({ get: 0, put: 0, list: 0 })
    host.kill(first)
    await clock.advance(1000)
    expect(b.isLeader()).toBe(true)
    expect(b.epoch()).toBe(2)
    await instances.stop(a, b)
  })

  it('with several shards leads all of them at once', async () => {
    const { clock, store } = instances
    const host = createSimulatedHost()
    const [first, second] = [host.start(), host.start()]
    const sharded = (workerId: string, process: HostProbe): Coordinator =>
      createCoordinator(store, {
        workerId,
        shards: 4,
        skipColdStart: true,
        host: process,
        clock,
        random: createSeededRandom(process.self().pid),
      })
    const dead = sharded('a', first)
    await dead.start()
    await clock.advance(0)
    expect(dead.leading()).toEqual([0, 1, 2, 3])
    host.kill(first)
    const heir = sharded('b', second)
    await heir.start()
    await clock.advance(0)
    expect(heir.leading()).toEqual([0, 1, 2, 3])
    await heir.stop()
    await dead.stop()
  })
})

describe('an instance that waits for a leader of another host', () => {
  it('says at once how long, and more loudly when the leader is overdue', async () => {
    const { clock, create } = instances
    let aheadMs = 0
    const shared = createMemoryStore({ clock: { ...clock, now: () => clock.now() + aheadMs } })
    const { cut, store } = createCable(shared)
    const a = create('a', { host: createSimulatedHost('boot-1').start(), skipColdStart: true }, store)
    await a.start()
    await clock.advance(0)
    const { lines, logger } = capturing()
    const b = create('b', { host: createSimulatedHost('boot-2').start(), logger }, shared)
    await b.start()
    const [atStart] = lines.filter((line) => line.startsWith('warn'))
    const leadsAt = new Date(clock.now() + 90_000).toISOString()
    expect(atStart).toContain("coordinator: 'a' (pid 1 on web) leads in epoch 1, last heard of 0 s ago")
    expect(atStart).toContain(`this instance leads at ${leadsAt} at the latest`)
    cut()
    // A step of the clock of the store is no silence.
    aheadMs = 3_600_000
    await clock.advance(75_000)
    const overdue = lines.filter((line) => line.startsWith('warn')).slice(1)
    expect(overdue).toHaveLength(1)
    expect(overdue[0]).toContain('last heard of 60 s ago')
    await clock.advance(15_000)
    expect(b.isLeader()).toBe(true)
    await b.stop()
  })
})

describe('the log', () => {
  it('says in its messages who leads, in which epoch, and why no longer', async () => {
    const { clock, create } = instances
    const [own, others] = [capturing(), capturing()]
    const a = create('a', { skipColdStart: true, logger: own.logger })
    await a.start()
    await clock.advance(0)
    const b = create('b', { logger: others.logger })
    await b.start()
    await clock.advance(0)
    await a.stepDown('a test')
    const infos = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('info'))
    expect(infos(own.lines)).toEqual([
      'info: coordinator: this instance leads, epoch 1',
      'info: coordinator: this instance steps down, epoch 1: a test',
      'info: coordinator: this instance leads no longer, epoch 1: stepped-down',
    ])
    expect(infos(others.lines)[0]).toBe("info: coordinator: 'a' leads, epoch 1")
    await instances.stop(a, b)
  })
})

describe('two schedulers with one worker id', () => {
  it('in one process are told so, and not the id of their own process', async () => {
    const { clock, create } = instances
    const host = createSimulatedHost().start()
    const first = create('same', { host, skipColdStart: true })
    await first.start()
    await clock.advance(0)
    const second = create('same', { host })
    const errors = record(second, 'error')
    await second.start()
    expect(errors.map(({ error }) => messageOf(error))).toEqual([
      "worker id 'same' is also used by another scheduler in this process, seen 0 s ago. " +
        'Give each one a workerId of its own',
    ])
    await instances.stop(first, second)
  })

  it('in two processes are told of the other process', async () => {
    const { clock, create } = instances
    const host = createSimulatedHost()
    const first = create('same', { host: host.start(), skipColdStart: true })
    await first.start()
    await clock.advance(0)
    const second = create('same', { host: host.start() })
    const errors = record(second, 'error')
    await second.start()
    expect(messageOf(errors[0]?.error)).toMatch(
      /also used by pid 1 on web, .*\. Unless that process has just crashed, give/,
    )
    await instances.stop(first, second)
  })
})

describe('a cold start', () => {
  it('takes less than a second on a new group, and after an orderly stop', async () => {
    const { clock, create } = instances
    for (const epoch of [1, 2]) {
      const all = ['b', 'a'].map((workerId) => create(workerId))
      await Promise.all(all.map((each) => each.start()))
      await clock.advance(749)
      expect(all.map((each) => each.isLeader())).toEqual([false, false])
      await clock.advance(1)
      expect(all.map((each) => each.isLeader())).toEqual([false, true])
      expect(all[1]?.epoch()).toBe(epoch)
      await instances.stop(...all.toReversed())
      await clock.advance(60_000)
    }
  })

  it('takes the window that was set by hand', async () => {
    const { clock, create } = instances
    const a = create('a', { coldStartObservationWindow: 4000 })
    await a.start()
    await clock.advance(3999)
    expect(a.isLeader()).toBe(false)
    await clock.advance(1)
    expect(a.isLeader()).toBe(true)
    await instances.stop(a)
  })
})
