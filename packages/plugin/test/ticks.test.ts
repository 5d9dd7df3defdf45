import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, eventsOf, HOUR, MINUTE, NOON, SECOND, type Fleet } from './fleet.ts'

describe('the ticks of a job', () => {
  let fleet: Fleet
  beforeEach(() => {
    fleet = createFleet()
  })
  afterEach(() => fleet.stopAll())

  it('start on their instant, each once, and their results are in the history', async () => {
    const started: number[] = []
    const action = (_: unknown, { scheduledTime }: { scheduledTime: Date }): object => {
      started.push(fleet.clock.now())
      return { tick: scheduledTime.getTime() }
    }
    const { scheduler } = await fleet.bootLeader({ minutely: { schedule: '* * * * *', action } })
    await fleet.clock.advance(3 * MINUTE)
    expect(started).toEqual([NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE])
    const history = await scheduler.getJobHistory('minutely')
    expect(history.map(({ result }) => result)).toEqual(started.toReversed().map((tick) => ({ tick })))
    expect(history[0]).toMatchObject({
      status: 'success',
      attempts: 1,
      retryCount: 0,
      error: null,
      workerId: 'a',
      epoch: 1,
    })
  })

  it('cost one PUT each in steady state, with the end of the run before, and nothing else', async () => {
    const { requests, resetRequests } = await fleet.bootLeader(
      { secondly: { schedule: '* * * * * *', action: () => 1 } },
      { heartbeatInterval: HOUR, cleanupInterval: 24 * HOUR },
    )
    await fleet.clock.advance(5 * SECOND)
    resetRequests()
    await fleet.clock.advance(10 * SECOND)
    // In 10 s the change marker is read at most once.
    expect(requests).toMatchObject({ put: 10, list: 0, delete: 0 })
    expect(requests.get).toBeLessThanOrEqual(1)
  })

  it('that the next one takes the place of before they began are over, and nobody goes on with them', async () => {
    const started: number[] = []
    const action = async (_: unknown, { scheduledTime }: { scheduledTime: Date }): Promise<void> => {
      started.push(scheduledTime.getTime())
      await fleet.clock.sleep(25 * SECOND) // ignores the abort signal
    }
    const a = await fleet.bootLeader({ job: { schedule: '*/10 * * * * *', overlap: 'cancel', onHang: 'wait', action } })
    await fleet.clock.advance(2 * MINUTE)
    expect(started).toEqual(started.toSorted((x, y) => x - y))
    const ended = await a.scheduler.getJobHistory('job')
    // Every tick is recorded once: the started ticks, and between them the cancelled ticks.
    const settled = ended.map(({ scheduledTime }) => scheduledTime.getTime())
    expect(new Set(settled).size).toBe(settled.length)
    for (let tick = NOON + 10 * SECOND; tick < fleet.clock.now() - 30 * SECOND; tick += 10 * SECOND) {
      expect(settled).toContain(tick)
    }
    expect(settled.length).toBeGreaterThan(started.length)
  })

  it('are tried again after a failure, as often as the job says, and then end as failed without hurting the next', async () => {
    let calls = 0
    const action = (): never => {
      calls++
      throw new Error(`failure ${calls}`)
    }
    const backoff = { type: 'fixed', baseMs: SECOND } as const
    const leader = await fleet.bootLeader({ failing: { schedule: '* * * * *', retries: 2, backoff, action } })
    await fleet.clock.advance(MINUTE + 5 * SECOND)
    expect(calls).toBe(3)
    expect(eventsOf(leader, 'plg:scheduler:job-retry')).toMatchObject([{ attempt: 1 }, { attempt: 2 }])
    expect(eventsOf(leader, 'jobFailed')).toMatchObject([{ jobName: 'failing', attempts: 3, status: 'failed' }])
    const [run] = await leader.scheduler.getJobHistory('failing')
    expect(run).toMatchObject({ status: 'failed', attempts: 3, retryCount: 2, error: 'failure 3' })
    await fleet.clock.advance(MINUTE)
    expect(calls).toBe(6)
  })

  it('are aborted when they take longer than their timeout', async () => {
    const reasons: unknown[] = []
    const action = (_: unknown, { signal }: { signal: AbortSignal }): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason)
          reject(signal.reason as Error)
        })
      })
    const leader = await fleet.bootLeader({ slow: { schedule: '* * * * *', timeout: 5000, action } })
    await fleet.clock.advance(MINUTE + 6 * SECOND)
    expect(reasons).toMatchObject([{ reason: 'timeout' }])
    expect(eventsOf(leader, 'plg:scheduler:job-timeout')).toMatchObject([{ attempt: 1, timeout: 5000 }])
    expect(await leader.scheduler.getJobHistory('slow')).toMatchObject([{ status: 'timeout' }])
  })

  describe('whose predecessor still runs', () => {
    const lasting =
      (ms: number) =>
      (_: unknown, { signal }: { signal: AbortSignal }) =>
        fleet.clock.sleep(ms, signal)

    it('are skipped by default, with a reason', async () => {
      const leader = await fleet.bootLeader({ long: { schedule: '* * * * *', action: lasting(90 * SECOND) } })
      await fleet.clock.advance(4 * MINUTE + SECOND)
      const history = await leader.scheduler.getJobHistory('long')
      expect(history.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'success'])
      expect(history[0]?.error).toMatch(/still going on/)
    })

    it('are skipped as by schedule after a late first run, which does not make all later ones late', async () => {
      const leader = await fleet.bootLeader({ slow: { schedule: '*/5 * * * * *', action: lasting(5500) } })
      const lags: number[] = []
      leader.scheduler.on('jobStarted', ({ scheduledTime }) => lags.push(fleet.clock.now() - scheduledTime.getTime()))
      await fleet.clock.advance(10 * SECOND - (fleet.clock.now() % (10 * SECOND)) + 8 * SECOND)
      const before = lags.length
      leader.network.partition('requests')
      await fleet.clock.advance(3 * SECOND)
      leader.network.heal()
      await fleet.clock.advance(MINUTE)
      expect(lags[before]).toBeGreaterThan(500)
      expect(Math.max(...lags.slice(-3))).toBeLessThan(100)
      const history = await leader.scheduler.getJobHistory('slow', { limit: 6 })
      expect(history.map(({ status }) => status)).toEqual(
        Array.from({ length: 3 }, () => ['skipped', 'success']).flat(),
      )
    })

    it('wait with overlap queue', async () => {
      const leader = await fleet.bootLeader({
        long: { schedule: '* * * * *', overlap: 'queue', action: lasting(90 * SECOND) },
      })
      await fleet.clock.advance(4 * MINUTE + SECOND)
      expect(eventsOf(leader, 'plg:scheduler:job-skipped')).toEqual([])
      expect(eventsOf(leader, 'jobCompleted')).toHaveLength(2)
    })

    it('run beside it with overlap allow', async () => {
      const leader = await fleet.bootLeader({
        long: { schedule: '* * * * *', overlap: 'allow', action: lasting(90 * SECOND) },
      })
      await fleet.clock.advance(3 * MINUTE + 31 * SECOND)
      expect(eventsOf(leader, 'jobCompleted')).toHaveLength(2)
    })

    it('take its place with overlap cancel', async () => {
      const leader = await fleet.bootLeader({
        long: { schedule: '* * * * *', overlap: 'cancel', action: lasting(90 * SECOND) },
      })
      await fleet.clock.advance(3 * MINUTE + SECOND)
      const history = await leader.scheduler.getJobHistory('long')
      expect(history.map(({ status, error }) => [status, error])).toMatchObject([
        ['cancelled', expect.stringMatching(/another/)],
        ['cancelled', expect.stringMatching(/another/)],
      ])
    })
  })

  it('go on when the store was away for a while, and none is lost or doubled', async () => {
    const ticks: number[] = []
    const leader = await fleet.bootLeader({
      job: {
        schedule: '*/10 * * * * *',
        catchUp: 'all',
        action: (_, { scheduledTime }) => void ticks.push(scheduledTime.getTime()),
      },
    })
    await fleet.clock.advance(15 * SECOND)
    leader.network.partition('requests')
    await fleet.clock.advance(20 * SECOND)
    leader.network.heal()
    await fleet.clock.advance(5 * MINUTE)
    const expected = Array.from({ length: ticks.length }, (_, index) => NOON + (index + 1) * 10 * SECOND)
    // A tick may start after a later tick that was claimed after the trouble.
    expect(ticks.toSorted((a, b) => a - b)).toEqual(expected)
    expect(ticks.length).toBeGreaterThan(30)
  })
})
