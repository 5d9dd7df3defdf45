import { damageRecord } from '@s3sched/jobs/testing'
import { scopeStore } from '@s3sched/store'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFleet, during, MINUTE, type Fleet, type Instance } from '../../plugin/test/fleet.ts'
import { runWords, type Ended } from './terminal.ts'

const JOBS = { tidy: { schedule: '* * * * *', action: () => null } }

let fleet: Fleet
let leader: Instance

beforeEach(async () => {
  fleet = createFleet()
  leader = await fleet.bootLeader(JOBS, { prefix: 's3sched/' })
  await fleet.clock.advance(5 * MINUTE)
})

afterEach(() => fleet.stopAll())

const doctor = (...words: string[]): Promise<Ended> =>
  runWords(['doctor', '--read-only', 's3://bucket', ...words], { clock: fleet.clock, store: fleet.store })

it('doctor finds the lease of a fleet that is well to be well', async () => {
  const { code, stdout } = await doctor()
  expect(stdout).toContain('✓ a leads in epoch 1, 1 instance, 1 job')
  expect(code).toBe(0)
})

it('doctor says that the leader fell silent, which ticks wait, and what to do', async () => {
  fleet.cutOff(leader)
  await fleet.clock.advance(10 * MINUTE)
  const { code, stdout } = await doctor()
  expect(stdout).toMatch(
    /✗ the leader a is dead: nothing was heard of it for \d+ s\n {2}Start an instance: it takes over at once\n/,
  )
  expect(stdout).toMatch(/✗ job 'tidy': a tick was due and nobody has claimed it\n {2}\S/)
  expect(code).toBe(1)
})

it('doctor says that the fleet is stopped, which is no problem, with times in the chosen zone', async () => {
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  const { code, stdout } = await doctor('--tz', 'Europe/Berlin')
  expect(stdout).toMatch(
    /! the fleet was stopped in order at 2026-01-05 13:05:\d\d \+01:00; the next tick is of 'tidy', at 2026-01-05 13:06:00 \+01:00\n {2}Start an instance/,
  )
  expect(code).toBe(0)
})

it('doctor names a record and a page that can not be read, and ends with 1', async () => {
  const store = scopeStore(fleet.store, 's3sched/')
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  await damageRecord(store, 'tidy', '{}')
  const record = await doctor()
  expect(record.stdout).toMatch(/✗ job 'tidy': its record can't be read: .*\n {2}.*its line in the pages below jobs\//)
  await store.put('jobs/pages/root.json', new TextEncoder().encode('<img>'))
  const page = await doctor()
  expect(page.stdout).toMatch(
    /✗ jobs\/pages\/root\.json can't be read, so that its jobs are not shown and do not run: .*\n/,
  )
  expect([record.code, page.code]).toEqual([1, 1])
})

it('doctor names a page whose outcomes nobody moves into segments', async () => {
  await during(fleet.clock, leader.scheduler.stop({ timeout: 0 }))
  const store = scopeStore(fleet.store, 's3sched/')
  const key = 'jobs/pages/root.json'
  const got = await store.get(key)
  const page = new TextDecoder().decode(got.outcome === 'found' ? got.body : undefined)
  const entries = Array.from({ length: 600 }, (_, n) => `["e${n}","tidy","${'x'.repeat(2000)}"],`)
  await store.put(
    key,
    new TextEncoder().encode(page.replace('"entries":[\n', (head) => head + entries.join('\n') + '\n')),
  )
  const { code, stdout } = await doctor()
  expect(stdout).toMatch(
    /✗ jobs\/pages\/root\.json holds 60\d outcomes of 1\.1 MB, which nobody has moved into segments/,
  )
  expect(code).toBe(1)
})
