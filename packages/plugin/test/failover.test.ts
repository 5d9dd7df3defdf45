import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type Instance } from './fleet.ts'
import type { JobContext } from '../src/index.ts'

const HEARTBEAT = 10 * SECOND
const OPTIONS = { heartbeatInterval: HEARTBEAT }
/** Long enough for a lease to expire and for a follower to notice. */
const TAKEOVER = 6 * HEARTBEAT

describe('when the leader goes', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  const ticksOf = (starts: readonly [string, number][]): number[] => starts.map(([, tick]) => tick)

  /** Two instances with the same job, whose starts are noted with their instance. */
  async function bootPair(
    definition: Record<string, unknown>,
    action: (
      workerId: string,
      context: Pick<JobContext, 'signal' | 'attempt' | 'epoch' | 'idempotencyKey'>,
    ) => unknown = () => 'done',
  ): Promise<{ a: Instance; b: Instance; starts: [string, number][] }> {
    const starts: [string, number][] = []
    const jobsOf = (workerId: string) => ({
      job: {
        schedule: '*/20 * * * * *',
        ...definition,
        action: (_: unknown, context: JobContext) => {
          starts.push([workerId, context.scheduledTime.getTime()])
          return action(workerId, context)
        },
      },
    })
    const a = await fleet.bootLeader(jobsOf('a'), OPTIONS)
    const b = await fleet.boot('b', jobsOf('b'), OPTIONS)
    return { a, b, starts }
  }

  it('silently, another takes over, and every tick is accounted for once', async () => {
    const { a, b, starts } = await bootPair({ catchUp: 'all' })
    await fleet.clock.advance(MINUTE)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    expect(a.scheduler.isLeader()).toBe(false)
    expect(b.scheduler.isLeader()).toBe(true)
    expect(b.scheduler.getCurrentEpoch()).toBe(2)
    await fleet.clock.advance(MINUTE)
    const ticks = ticksOf(starts)
    expect(new Set(ticks).size).toBe(ticks.length)
    expect(ticks).toEqual(Array.from(ticks, (_, index) => (ticks[0] ?? 0) + index * 20 * SECOND))
    expect(new Set(starts.map(([workerId]) => workerId))).toEqual(new Set(['a', 'b']))
  })

  it('silently, it aborts what it runs before anybody takes over, and the run is recorded as lost', async () => {
    let abortedAt = 0
    const { a, b } = await bootPair({ schedule: '0 * * * * *', catchUp: 'none' }, async (workerId, { signal }) => {
      if (workerId === 'b') return
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      abortedAt = fleet.clock.now()
      throw signal.reason
    })
    await fleet.clock.advance(MINUTE + SECOND)
    fleet.cutOff(a)
    let promotedAt = 0
    b.scheduler.on('plg:scheduler:coordinator-promoted', () => {
      promotedAt = fleet.clock.now()
    })
    await fleet.clock.advance(TAKEOVER)
    expect(abortedAt).toBeGreaterThan(0)
    expect(promotedAt).toBeGreaterThan(abortedAt)
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toMatchObject([{ jobName: 'job' }])
    const history = await b.scheduler.getJobHistory('job')
    expect(history.at(-1)).toMatchObject({ status: 'lost', error: expect.stringContaining('a') as string })
  })

  it('and comes back with the outcome of a run that was declared lost, the truth supersedes the verdict', async () => {
    const { a, b } = await bootPair({ schedule: '0 * * * * *', catchUp: 'none' }, async (workerId, { signal }) => {
      if (workerId === 'b') return
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      throw signal.reason
    })
    await fleet.clock.advance(MINUTE + SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    a.network.heal()
    await fleet.clock.advance(MINUTE)
    const history = await b.scheduler.getJobHistory('job')
    expect(history.map(({ status }) => status)).not.toContain('lost')
    expect(history.at(-1)).toMatchObject({ status: 'cancelled' })
    await b.scheduler.refresh()
    expect(b.scheduler.getJobStatus('job')?.statistics.totalErrors).toBe(0)
  })

  it('and the job says so, a lost run is run once more, with the same idempotency key', async () => {
    const keys: string[] = []
    const { a, b, starts } = await bootPair(
      { schedule: '0 * * * * *', catchUp: 'none', onLost: 'retry' },
      async (workerId, { idempotencyKey, signal }) => {
        keys.push(idempotencyKey)
        if (workerId === 'a') await fleet.clock.sleep(10 * MINUTE, signal)
      },
    )
    await fleet.clock.advance(MINUTE + SECOND)
    fleet.cutOff(a)
    await fleet.clock.advance(TAKEOVER)
    expect(starts.map(([workerId]) => workerId).slice(0, 2)).toEqual(['a', 'b'])
    expect(starts[0]?.[1]).toBe(starts[1]?.[1])
    expect(keys[0]).toBe(keys[1])
    expect(eventsOf(b, 'plg:scheduler:job-lost')).toMatchObject([{ runId: keys[0] }])
  })

  it('cleanly, a follower takes over at its next poll, and no tick is missed', async () => {
    const { a, b, starts } = await bootPair({ schedule: '*/2 * * * * *' })
    await fleet.clock.advance(21 * SECOND)
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(HEARTBEAT + SECOND)
    expect(b.scheduler.isLeader()).toBe(true)
    await fleet.clock.advance(10 * SECOND)
    const { length } = eventsOf(b, 'plg:scheduler:job-lost')
    expect(length).toBe(0)
    const ticks = ticksOf(starts)
    expect(new Set(ticks).size).toBe(ticks.length)
  })

  it('cleanly while a run waits for its next attempt, the next leader makes that attempt', async () => {
    const backoff = { type: 'fixed', baseMs: 2 * MINUTE } as const
    const attempts: [string, number][] = []
    const { a, b } = await bootPair(
      { schedule: '0 * * * * *', retries: 3, backoff, overlap: 'skip' },
      (workerId, context) => {
        attempts.push([workerId, context.attempt])
        if (context.attempt === 1) throw new Error('not yet')
        return 'done'
      },
    )
    await fleet.clock.advance(MINUTE + SECOND)
    expect(attempts).toEqual([['a', 1]])
    await during(fleet.clock, a.scheduler.stop())
    await fleet.clock.advance(2 * MINUTE + HEARTBEAT)
    expect(attempts.slice(0, 2)).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    expect(eventsOf(b, 'jobCompleted')[0]).toMatchObject({ jobName: 'job', result: 'done' })
    const history = await b.scheduler.getJobHistory('job', { status: 'success' })
    expect(history.at(-1)).toMatchObject({ attempts: 2 })
  })

  it('because its event loop stood still, it does not start what it claimed', async () => {
    const epochs: (number | undefined)[] = []
    const { a } = await bootPair({ schedule: '*/20 * * * * *' }, (_workerId, { epoch }) => void epochs.push(epoch))
    await fleet.clock.advance(19 * SECOND + 500) // claimed ahead, not yet started
    fleet.clock.block(10 * HEARTBEAT)
    await fleet.clock.advance(SECOND)
    // The next leader may go on with the run; no instance starts the run under the expired lease.
    expect(epochs).not.toContain(1)
    expect(eventsOf(a, 'plg:scheduler:coordinator-demoted')).toHaveLength(1)
  })
})
