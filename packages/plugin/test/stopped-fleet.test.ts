import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, HOUR, MINUTE, SECOND, type Fleet, type Instance } from './fleet.ts'
import { assessHealth, createOperator, verdictOf, type HealthFinding, type LeaderView } from '@s3sched/operator'

const JOBS = {
  hourly: { schedule: '0 * * * *', action: () => 1 },
  often: { schedule: '*/10 * * * *', action: () => 1 },
}

let fleet: Fleet

beforeEach(() => {
  fleet = createFleet()
})

afterEach(() => fleet.stopAll())

const stop = (instance: Instance): Promise<void> => during(fleet.clock, instance.scheduler.stop({ timeout: 0 }))

async function look(): Promise<{ readonly leader: LeaderView; readonly findings: readonly HealthFinding[] }> {
  const operator = createOperator(fleet.store, { prefix: '', clock: fleet.clock })
  const leader = await operator.leader()
  const { jobs, unreadable } = await operator.jobs()
  const [workers, requests] = await Promise.all([operator.workers(), operator.requests()])
  const findings = assessHealth({ jobs, unreadable, leader, workers, requests, now: fleet.clock.now() })
  return { leader, findings }
}

it('calls a fleet that was stopped in order stopped, and says since when, what comes next and what starts it', async () => {
  const leader = await fleet.bootLeader(JOBS)
  await fleet.clock.advance(5 * MINUTE)
  await stop(leader)
  const { leader: lease, findings } = await look()
  expect(lease).toMatchObject({ state: 'free', isStopped: true })
  expect(findings).toMatchObject([{ code: 'FLEET_STOPPED', level: 'notice', job: null }])
  expect(findings[0]?.message).toMatch(/^the fleet was stopped in order at 2026-01-05T12:0\d:\d\d/)
  expect(findings[0]?.message).toMatch(/; the next tick is of 'often', at 2026-01-05T12:10:00\.000Z$/)
  expect(findings[0]?.advice).toMatch(/^Start an instance/)
  expect(verdictOf(findings)).toBe('stopped')
})

it('counts the jobs with ticks since the stop, and calls none of these ticks overdue', async () => {
  const leader = await fleet.bootLeader(JOBS)
  await fleet.clock.advance(5 * MINUTE)
  await stop(leader)
  await fleet.clock.advance(2 * HOUR)
  const { findings } = await look()
  expect(findings.map(({ code }) => code)).toEqual(['FLEET_STOPPED'])
  expect(findings[0]?.message).toMatch(/; 2 jobs have had ticks since, the first 'often' at 2026-01-05T12:10:00\.000Z$/)
})

it('does not call a fleet stopped while another instance is there, or after a crash', async () => {
  const leader = await fleet.bootLeader(JOBS, { heartbeatInterval: 30 * SECOND })
  const other = await fleet.boot('b', JOBS, { heartbeatInterval: 30 * SECOND })
  await fleet.clock.advance(5 * MINUTE)
  fleet.cutOff(other)
  await stop(leader)
  const left = await look()
  expect(left.findings).toMatchObject([
    { code: 'NO_LEADER', level: 'problem', message: 'nobody leads, and 1 instance is there' },
  ])
  expect(verdictOf(left.findings)).toBe('needs-attention')
  await fleet.clock.advance(HOUR)
  const third = await fleet.boot('c', JOBS)
  await fleet.clock.advance(5 * MINUTE)
  expect(verdictOf((await look()).findings)).toBe('healthy')
  fleet.cutOff(third)
  await fleet.clock.advance(HOUR)
  expect((await look()).findings.map(({ code }) => code)).toEqual(['LEADER_SILENT', 'JOB_OVERDUE', 'JOB_OVERDUE'])
})

it('calls a fleet with shards stopped when every shard was stopped', async () => {
  const options = { shards: 2, heartbeatInterval: 2 * SECOND }
  const a = await fleet.boot('a', JOBS, options)
  await fleet.clock.advance(20 * SECOND)
  const b = await fleet.boot('b', JOBS, options)
  await fleet.clock.advance(MINUTE)
  fleet.cutOff(b)
  await stop(a)
  const half = await look()
  expect(half.leader).toMatchObject({ state: 'free', isStopped: false })
  b.network.heal()
  await fleet.clock.advance(MINUTE)
  await stop(b)
  expect(await look()).toMatchObject({
    leader: { state: 'free', isStopped: true },
    findings: [{ code: 'FLEET_STOPPED' }],
  })
})
