import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit, type AuditedJob, createOperator } from '@s3sched/operator'
import {
  createFleet,
  during,
  eventsOf,
  type Fleet,
  type FleetJobs,
  type Instance,
  MINUTE,
  NOON,
  SECOND,
} from './fleet.ts'

const STEP = 10 * MINUTE

let fleet: Fleet
let runs: { readonly tick: number; readonly at: number; readonly by: string }[]
let takesMs: number
beforeEach(() => {
  fleet = createFleet()
  runs = []
  takesMs = SECOND
})
afterEach(() => fleet.stopAll())

const jobsOf = (by: string, more: object = {}): FleetJobs => ({
  job: {
    schedule: '*/10 * * * *',
    ...more,
    action: async (_, { scheduledTime, signal }) => {
      runs.push({ tick: (scheduledTime.getTime() - NOON) / STEP, at: fleet.clock.now(), by })
      await fleet.clock.sleep(takesMs, signal)
    },
  },
})
const ticks = (): number[] => runs.map(({ tick }) => tick)
const backfill = ({ scheduler }: Instance, from: number, to?: number, overlap?: 'allow'): Promise<unknown> =>
  during(
    fleet.clock,
    scheduler.backfill('job', {
      from: NOON + from * STEP,
      ...(to === undefined ? {} : { to: NOON + to * STEP }),
      ...(overlap === undefined ? {} : { overlap }),
    }),
  )
const audited = async (): Promise<AuditedJob> => {
  const [row] = await audit(fleet.store, { prefix: '' })
  if (row === undefined) throw new Error('the audit has no row')
  return row
}

describe('a backfill', () => {
  it('runs the ticks before the definition in order, one after the other, and tells how far it is', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    takesMs = 30 * SECOND
    expect(await backfill(a, -5, -1)).toEqual({ id: expect.any(String) as string, ticks: 5 })
    await fleet.clock.advance(70 * SECOND)
    expect(ticks()).toEqual([-5, -4, -3])
    expect(a.scheduler.getJobStatus('job')?.backfill).toMatchObject({ claimed: 3, overlap: 'queue' })
    await fleet.clock.advance(3 * MINUTE)
    expect(ticks()).toEqual([-5, -4, -3, -2, -1])
    expect(runs.every(({ at }, index) => index === 0 || at - (runs[index - 1]?.at ?? 0) >= takesMs)).toBe(true)
    expect(a.scheduler.getJobStatus('job')?.backfill).toBeNull()
    const history = await during(fleet.clock, a.scheduler.getJobHistory('job'))
    expect(history.map(({ status, trigger }) => `${trigger} ${status}`)).toEqual(
      Array.from({ length: 5 }, () => 'backfill success'),
    )
  })

  it('runs ticks at once where it may, and not more often for that', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    takesMs = 60 * SECOND
    await backfill(a, -30, -1, 'allow')
    await fleet.clock.advance(20 * SECOND)
    expect(runs).toHaveLength(20)
    await fleet.clock.advance(3 * MINUTE)
    expect(ticks().toSorted((x, y) => x - y)).toEqual(Array.from({ length: 30 }, (_, index) => index - 30))
  })

  it('passes over what the schedule and an earlier backfill have run, and makes up for what was missed', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    await fleet.clock.advance(2 * STEP + MINUTE)
    fleet.cutOff(a)
    await fleet.clock.advance(3 * STEP)
    const b = await fleet.boot('b', jobsOf('b'))
    await fleet.clock.advance(2 * MINUTE)
    // The latest of three late ticks was caught up.
    expect(ticks()).toEqual([1, 2, 5])
    expect(await audited()).toMatchObject({ expected: 5, ran: 3, missed: 2 })
    await backfill(b, -1)
    await fleet.clock.advance(MINUTE)
    expect(ticks()).toEqual([1, 2, 5, -1, 0, 3, 4])
    await backfill(b, -2)
    await fleet.clock.advance(MINUTE)
    expect(ticks()).toEqual([1, 2, 5, -1, 0, 3, 4, -2])
    expect(await audited()).toMatchObject({
      expected: 5,
      ran: 5,
      missed: 0,
      doubled: 0,
      unaccounted: 0,
      started: { backfill: 2 },
    })
  })

  it('goes on with the next leader behind the last claimed tick', async () => {
    const jobs = (by: string): FleetJobs => jobsOf(by, { onLost: 'record' })
    const a = await fleet.bootLeader(jobs('a'))
    await fleet.boot('b', jobs('b'))
    takesMs = 20 * SECOND
    await backfill(a, -8, -1)
    await fleet.clock.advance(70 * SECOND)
    fleet.cutOff(a)
    const done = ticks().length
    await fleet.clock.advance(8 * MINUTE)
    const byB = runs.filter(({ by }) => by === 'b').map(({ tick }) => tick)
    expect(byB.filter((tick) => tick < 0).at(-1)).toBe(-1)
    expect(done).toBeGreaterThan(2)
    const backfilled = ticks().filter((tick) => tick < 0)
    expect(new Set(backfilled).size).toBe(backfilled.length)
    expect(backfilled).toHaveLength(8)
  })

  it('waits for a tick of the schedule, and for a run by hand', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    await fleet.clock.advance(STEP - 5 * SECOND)
    takesMs = 10 * SECOND
    await backfill(a, -3, -1)
    await fleet.clock.advance(3 * MINUTE)
    const order = runs.map(({ tick }) => tick)
    expect(order).toEqual([-3, -2, -1].includes(order[1] ?? 1) ? order : [-3, 1, -2, -1])
    expect(eventsOf(a, 'jobCompleted')).toHaveLength(runs.length)
    expect(runs.every(({ at }, index) => index === 0 || at - (runs[index - 1]?.at ?? 0) >= takesMs)).toBe(true)
  })

  it('is cancelled with its runs, from anywhere', async () => {
    const a = await fleet.bootLeader(jobsOf('a'))
    takesMs = MINUTE
    await backfill(a, -8, -1)
    await fleet.clock.advance(10 * SECOND)
    expect(await during(fleet.clock, a.scheduler.cancelBackfill('job'))).toBe(true)
    await fleet.clock.advance(5 * MINUTE)
    expect(ticks()).toEqual([-8])
    expect(await during(fleet.clock, a.scheduler.cancelBackfill('job'))).toBe(false)
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    expect(
      await during(fleet.clock, operator.backfill('job', { from: NOON - 3 * STEP, to: NOON - STEP })),
    ).toMatchObject({ ticks: 3 })
    await fleet.clock.advance(20 * SECOND)
    expect(ticks()).toEqual([-8, -3])
    expect(await during(fleet.clock, operator.cancelBackfill('job'))).toBe('changed')
    await fleet.clock.advance(3 * MINUTE)
    expect(ticks()).toEqual([-8, -3])
    const history = await during(fleet.clock, a.scheduler.getJobHistory('job'))
    expect(history.map(({ status }) => status)).toEqual(['cancelled', 'cancelled'])
  })

  it('runs where only a follower has the action', async () => {
    await fleet.bootLeader({ other: { schedule: null, action: () => {} } })
    const b = await fleet.boot('b', jobsOf('b'))
    await fleet.clock.advance(MINUTE)
    await backfill(b, -2, -1)
    await fleet.clock.advance(2 * MINUTE)
    expect(ticks()).toEqual([-2, -1])
  })

  it('is carried out by a single pass, too', async () => {
    const a = await fleet.boot('a', jobsOf('a'), { enabled: false })
    await backfill(a, -2, -1)
    const pass = a.scheduler.runDue()
    await fleet.clock.advance(10 * SECOND)
    expect(await pass).toHaveLength(2)
    expect(ticks()).toEqual([-2, -1])
  })
})

it('a backfill is refused with the reason', async () => {
  const a = await fleet.bootLeader({ ...jobsOf('a'), bare: { schedule: null, action: () => {} } })
  await expect(backfill(a, 3, 2)).rejects.toThrow(/expected to to be in the past/)
  await expect(backfill(a, 0.1, 0.2)).rejects.toThrow(/in the past|has none/)
  await expect(during(fleet.clock, a.scheduler.backfill('bare', { from: 0 }))).rejects.toThrow(
    /expected a job with a schedule/,
  )
  await expect(during(fleet.clock, a.scheduler.backfill('jib', { from: 0 }))).rejects.toThrow(/Did you mean 'job'/)
  takesMs = MINUTE
  await backfill(a, -3, -1)
  await expect(backfill(a, -9, -5)).rejects.toMatchObject({ code: 'BACKFILL_RUNNING', retriable: true })
})
