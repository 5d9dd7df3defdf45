import { afterEach, describe, expect, it } from 'vitest'
import { assessHealth, createOperator } from '@s3sched/operator'
import { settle } from '@s3sched/kernel/testing'
import type { Job, JobContext } from '../src/index.ts'
import { createFleet, during, eventsOf, MINUTE, SECOND, type Fleet, type FleetJobs } from './fleet.ts'

let fleet: Fleet
afterEach(() => fleet.stopAll())

const hang = (): Promise<never> => new Promise(() => {})

/** A job of each second whose action hangs, ended by its timeout well before the next tick. */
function hanging(more: Partial<Job<unknown>> = {}): FleetJobs {
  return { job: { schedule: '* * * * * *', action: hang, timeout: 200, retries: 2, backoff: [0], ...more } }
}

describe('an action that ignores its timeout', () => {
  it('gets its retries and all its ticks, in a fleet of two', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(hanging())
    await fleet.boot('b', hanging())
    await fleet.clock.advance(20 * SECOND)
    const history = await during(fleet.clock, leader.scheduler.getJobHistory('job'))
    const ended = history.slice(0, 15)
    expect(ended.map(({ attempts, status }) => ({ attempts, status }))).toEqual(
      ended.map(() => ({ attempts: 3, status: 'timeout' })),
    )
    const ticks = ended.map(({ scheduledTime }) => scheduledTime.getTime())
    expect(ticks.every((tick, index) => index === 0 || ticks[index - 1] === tick + SECOND)).toBe(true)
    expect(eventsOf(leader, 'plg:scheduler:job-skipped')).toEqual([])
  })

  it('has an older fence than the next run', async () => {
    fleet = createFleet()
    const fences: number[] = []
    const action = (_: unknown, { fence }: JobContext): Promise<never> => {
      fences.push(fence)
      return hang()
    }
    await fleet.bootLeader(hanging({ action, retries: 0 }))
    await fleet.clock.advance(3 * SECOND)
    expect(fences.length).toBeGreaterThan(1)
    expect(fences).toEqual([...new Set(fences)].toSorted((a, b) => a - b))
  })

  it('keeps nobody from running the job by hand, here or elsewhere', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(hanging({ schedule: null, retries: 0 }))
    const other = await fleet.boot('b', { job: { schedule: null, action: () => 'well' } })
    await expect(during(fleet.clock, leader.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await during(fleet.clock, other.scheduler.runJob('job'))).toBe('well')
    await expect(during(fleet.clock, leader.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'TIMEOUT' })
  })

  it('is counted in the process, in the status of its job, and for whoever has only the bucket', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(hanging({ retries: 0 }), { heartbeatInterval: SECOND })
    await fleet.clock.advance(5 * SECOND)
    const { abandoned } = leader.scheduler.getSlots()
    expect(abandoned).toBeGreaterThanOrEqual(3)
    expect(leader.scheduler.getJobStatus('job')).toMatchObject({ abandoned })
    const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
    const view = await operator.leader()
    expect(view).toMatchObject({ slots: { abandoned: expect.any(Number) as number } })
    const { jobs } = await operator.jobs()
    const fleetView = { leader: view, workers: [], jobs, unreadable: [], requests: [], now: fleet.clock.now() }
    expect(assessHealth(fleetView)).toContainEqual(expect.objectContaining({ code: 'ACTIONS_GO_ON', level: 'problem' }))
  })

  it('hands its next attempt to the next leader when its process stops in the backoff', async () => {
    fleet = createFleet()
    const made: string[] = []
    const jobOf = (name: string): FleetJobs =>
      hanging({
        schedule: { every: '10m', anchor: fleet.clock.now() + SECOND },
        retries: 1,
        backoff: [MINUTE],
        action: (_, { attempt }) => {
          made.push(`${name}${attempt}`)
          return attempt === 1 ? hang() : 'well'
        },
      })
    const leader = await fleet.bootLeader(jobOf('a'))
    await fleet.boot('b', jobOf('b'))
    await fleet.clock.advance(3 * SECOND)
    expect(made).toEqual(['a1'])
    await during(fleet.clock, leader.scheduler.stop())
    await fleet.clock.advance(3 * MINUTE)
    expect(made).toEqual(['a1', 'b2'])
  })

  it('that ends at last changes nothing of what the history says', async () => {
    fleet = createFleet()
    let end: (value: string) => void = () => {}
    const action = (): Promise<string> => new Promise((resolve) => (end = resolve))
    const leader = await fleet.bootLeader(hanging({ action, schedule: null, retries: 0 }))
    await expect(during(fleet.clock, leader.scheduler.runJob('job'))).rejects.toMatchObject({ code: 'TIMEOUT' })
    end('too late')
    await settle()
    await fleet.clock.advance(MINUTE)
    expect(leader.scheduler.getSlots().abandoned).toBe(0)
    expect(await during(fleet.clock, leader.scheduler.getJobHistory('job'))).toMatchObject([{ status: 'timeout' }])
  })
})

describe("with onHang: 'wait', an action that ignores its timeout", () => {
  it('holds its job: ticks are skipped with the reason, and a run by hand is refused with the choice', async () => {
    fleet = createFleet()
    const leader = await fleet.bootLeader(hanging({ onHang: 'wait', retries: 0 }))
    await fleet.clock.advance(5 * SECOND)
    const skipped = await during(fleet.clock, leader.scheduler.getJobHistory('job', { status: 'skipped' }))
    expect(skipped.length).toBeGreaterThan(2)
    expect(new Set(skipped.map(({ error }) => error))).toEqual(
      new Set(["the previous run was told to end and goes on regardless (onHang: 'wait')"]),
    )
    await expect(leader.scheduler.runJob('job')).rejects.toMatchObject({
      code: 'JOB_ALREADY_RUNNING',
      message: expect.stringMatching(/goes on although it was told to end.*onHang: 'continue'/) as string,
    })
  })

  it('is refused with another value', () => {
    fleet = createFleet()
    return expect(fleet.bootLeader(hanging({ onHang: 'kill' as 'wait' }))).rejects.toThrow(
      /onHang to be one of 'continue', 'wait'/,
    )
  })
})
