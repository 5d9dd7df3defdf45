import { readFields } from '@s3sched/jobs/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JobContext } from '../src/index.ts'
import {
  createFleet,
  during,
  eventsOf,
  HOUR,
  MINUTE,
  NOON,
  SECOND,
  type Fleet,
  type FleetJobs,
  type FleetOptions,
  type Instance,
} from './fleet.ts'

const HEARTBEAT = 10 * SECOND
const OPTIONS = { heartbeatInterval: HEARTBEAT }
const TAKEOVER = 6 * HEARTBEAT

interface Start {
  readonly workerId: string
  readonly runId: string
  readonly attempt: number
  readonly tick: number
  readonly at: number
  readonly context: Readonly<Record<string, unknown>>
}

describe('a run that changes hands', () => {
  let fleet: Fleet
  let starts: Start[]
  beforeEach(() => {
    fleet = createFleet()
    starts = []
  })
  afterEach(() => fleet.stopAll())

  /** The behavior of an attempt: `hang` until told to end, `fail`, or `succeed`. */
  type Deed = (start: Start) => 'hang' | 'fail' | 'succeed'

  const jobsOf = (workerId: string, deed: Deed, definition: object = {}): FleetJobs => ({
    job: {
      schedule: null,
      ...definition,
      action: async (_: unknown, context: JobContext) => {
        const { attempt, runId, scheduledTime, signal } = context
        const at = fleet.clock.now()
        const start = { workerId, runId, attempt, tick: scheduledTime.getTime(), at, context: { ...context } }
        starts.push(start)
        const deeds = deed(start)
        if (deeds === 'hang') await fleet.clock.sleep(HOUR, signal)
        if (deeds === 'fail') throw new Error(`attempt ${attempt} failed`)
      },
    },
  })
  const lead = async (instance: Instance): Promise<void> => {
    for (let waited = 0; !instance.scheduler.isLeader(); waited++) {
      if (waited > 300) throw new Error('no leader')
      await fleet.clock.advance(SECOND)
    }
  }
  const inBackground = (promise: Promise<unknown>): void => void promise.catch(() => undefined)
  const stop = ({ scheduler }: Instance): Promise<void> => during(fleet.clock, scheduler.stop())
  const names = (): string[] => starts.map(({ attempt, workerId }) => `${workerId}${attempt}`)
  const lost = (...instances: Instance[]): number =>
    instances.reduce((sum, instance) => sum + eventsOf(instance, 'plg:scheduler:job-lost').length, 0)
  const openRuns = async (): Promise<unknown> => (await readFields(fleet.store, 'job'))?.['running']
  /** Boots the named instances; the first becomes the leader, the others follow. */
  const bootAll = async (ids: string, deed: Deed, definition: object, options: FleetOptions = OPTIONS) => {
    const instances: Instance[] = []
    for (const id of ids) {
      instances.push(await fleet.boot(id, jobsOf(id, deed, definition), options))
      if (id === ids[0]) await lead(instances[0] as Instance)
    }
    return instances as [Instance, Instance, Instance]
  }

  it('is made up for once, however many processes its action takes with it', async () => {
    const definition = { schedule: '0 0 13 * * *', onLost: 'retry' }
    const instances: readonly Instance[] = await bootAll('abcd', () => 'hang', definition)
    await fleet.clock.advance(HOUR + SECOND)
    for (let death = 1; death <= 3; death++) {
      const last = instances['abcd'.indexOf(starts.at(-1)?.workerId ?? '')]
      if (last === undefined) throw new Error('nothing has started')
      fleet.cutOff(last)
      await fleet.clock.advance(2 * TAKEOVER)
    }
    expect(starts).toHaveLength(2)
    expect(new Set(starts.map(({ tick }) => tick)).size).toBe(1)
    expect(await openRuns()).toEqual([])
    const [reader] = instances.filter(({ scheduler }) => scheduler.isLeader()).slice(-1)
    const told = await during(fleet.clock, (reader as Instance).scheduler.getJobHistory('job'))
    expect(told.map(({ status }) => status)).toEqual(['lost', 'lost'])
  })

  it('does not make an attempt again that the old leader was trusted with, whatever the new one’s heartbeat', async () => {
    const backoff = { type: 'fixed', baseMs: 40 * SECOND, jitter: 0 }
    const definition = { schedule: '0 1 12 * * *', retries: 1, backoff }
    const deed: Deed = ({ attempt }) => (attempt === 1 ? 'fail' : 'hang')
    const a = await fleet.bootLeader(jobsOf('a', deed, definition), { heartbeatInterval: 30 * SECOND })
    const b = await fleet.boot('b', jobsOf('b', deed, definition), { heartbeatInterval: SECOND })
    while (starts.length < 2) await fleet.clock.advance(SECOND)
    fleet.cutOff(a)
    await lead(b)
    await fleet.clock.advance(MINUTE)
    expect(names()).toEqual(['a1', 'a2'])
    expect(lost(b)).toBe(1)
  })

  it('has the context that its caller gave, for every attempt and whoever makes it', async () => {
    const deed: Deed = ({ attempt }) => (attempt === 1 ? 'fail' : 'succeed')
    const definition = { retries: 2, backoff: { type: 'fixed', baseMs: 2 * MINUTE, jitter: 0 } }
    const [a, b] = await bootAll('ab', deed, definition)
    await during(fleet.clock, b.scheduler.requestRun('job', { invoice: 7 }))
    await fleet.clock.advance(30 * SECOND)
    expect(names()).toEqual(['a1'])
    await stop(a)
    await fleet.clock.advance(3 * MINUTE)
    expect(names()).toEqual(['a1', 'b2'])
    expect(starts.map(({ context }) => context['invoice'])).toEqual([7, 7])
  })

  it('has that context also where it makes up for a run by hand, and is not made up for without it', async () => {
    const deed: Deed = ({ workerId }) => (workerId === 'b' ? 'hang' : 'succeed')
    const [, b] = await bootAll('ab', deed, { schedule: '0 0 * * * *', onLost: 'retry', overlap: 'allow' })
    await fleet.clock.advance(MINUTE)
    inBackground(b.scheduler.runJob('job', { invoice: 7 }))
    await fleet.clock.advance(SECOND)
    inBackground(b.scheduler.runJob('job', { notForOthers: () => 'a function' }))
    await fleet.clock.advance(SECOND)
    const [carried, kept] = starts.map(({ tick }) => tick)
    fleet.cutOff(b)
    await fleet.clock.advance(HOUR + MINUTE)
    const of = (tick = 0): Start[] => starts.filter((start) => start.tick === tick)
    expect(of(carried)).toMatchObject(['b', 'a'].map((workerId) => ({ workerId, context: { invoice: 7 } })))
    expect(of(kept)).toHaveLength(1)
  })

  it('tells all its attempts in its record, and counts from the first one', async () => {
    const deed: Deed = ({ attempt }) => (attempt < 3 ? 'fail' : 'succeed')
    const backoff = { type: 'fixed', baseMs: 2 * MINUTE, jitter: 0 }
    const [a, b] = await bootAll('ab', deed, { schedule: '0 1 12 * * *', retries: 3, backoff })
    while (starts.length < 1) await fleet.clock.advance(SECOND)
    await stop(a)
    await fleet.clock.advance(6 * MINUTE)
    expect(names()).toEqual(['a1', 'b2', 'b3'])
    const [entry] = await b.scheduler.getJobHistory('job')
    expect(entry?.attemptDetails).toMatchObject(
      starts.map(({ at, attempt }) => ({ attempt, startedAt: at, status: attempt < 3 ? 'failed' : 'success' })),
    )
    expect(entry?.attemptDetails[0]?.error).toMatchObject({ message: 'attempt 1 failed' })
    expect(entry).toMatchObject({ attempts: 3, status: 'success', startTime: new Date(NOON + MINUTE) })
    expect(entry?.duration).toBe((starts[2]?.at ?? 0) - NOON - MINUTE)
  })

  describe('by hand', () => {
    /** A run whose claim is written, and whose caller gets no answer in time. */
    const unanswered = async (runner: Instance): Promise<void> => {
      const put = fleet.store.put.bind(fleet.store)
      fleet.store.put = (key, body, options) => {
        if (key.startsWith('jobs/pages/')) runner.network.partition('responses')
        return put(key, body, options)
      }
      const running = runner.scheduler.runJob('job')
      await expect(during(fleet.clock, running)).rejects.toMatchObject({ code: 'STORE' })
      expect(await openRuns()).toHaveLength(1)
      fleet.store.put = put
      runner.network.heal()
      await fleet.clock.advance(5 * MINUTE)
    }

    it('and is refused since nobody answered its claim, is not executed by anybody later', async () => {
      const [a, b] = await bootAll('ab', () => 'succeed', { onLost: 'retry' })
      await unanswered(b)
      expect([starts, await openRuns(), lost(a, b)]).toEqual([[], [], 0])
      await during(fleet.clock, b.scheduler.runJob('job'))
      expect(names()).toEqual(['b1'])
    })

    it('and whose claim is answered too late is withdrawn, and its caller is told the reason', async () => {
      const [, b] = await bootAll('ab', () => 'succeed', { schedule: '0 0 1 1 *' }, { heartbeatInterval: 2 * SECOND })
      b.network.setFaults({ minLatencyMs: 4500, maxLatencyMs: 4500 })
      const late = {
        code: 'RUN_NOT_STARTED',
        retriable: true,
        message: expect.stringContaining('the store answered too late') as unknown,
      }
      await expect(during(fleet.clock, b.scheduler.runJob('job'))).rejects.toMatchObject(late)
      expect([starts, await openRuns()]).toEqual([[], []])
    })

    it('on the leader, neither', async () => {
      const [a, b] = await bootAll('ab', () => 'succeed', { onLost: 'retry' })
      await unanswered(a)
      expect([starts, await openRuns(), lost(a, b)]).toEqual([[], [], 0])
    })
  })
})
