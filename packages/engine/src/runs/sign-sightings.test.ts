import type { OpenRun } from '@s3sched/jobs'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { SignSightings } from './sign-sightings.ts'

function setUp() {
  const clock = createManualClock(0)
  const signs = new Map<string, string>()
  const of = (job: string, instance: string): string => signs.get(`${job} ${instance}`) ?? '0 '
  return { clock, signs, sightings: new SignSightings(clock, { of }) }
}

it('counts the age of a sign from its first sight, anew for each new sign', async () => {
  const { clock, sightings, signs } = setUp()
  signs.set('job a', '0 7')
  expect(sightings.ageMs('job', 'a')).toBe(0)
  await clock.advance(500)
  expect(sightings.ageMs('job', 'a')).toBe(500)
  signs.set('job a', '0 8')
  expect(sightings.ageMs('job', 'a')).toBe(0)
})

it('tells instances and pages apart', async () => {
  const { clock, sightings, signs } = setUp()
  signs.set('job a', '0 7').set('job b', '0 7').set('other a', '1 7')
  sightings.ageMs('job', 'a')
  await clock.advance(500)
  expect([sightings.ageMs('job', 'b'), sightings.ageMs('other', 'a'), sightings.ageMs('job', 'a')]).toEqual([0, 0, 500])
})

it('sees the signs of all runs with a lease of their own', async () => {
  const { clock, sightings } = setUp()
  const run = (instance: string, leaseMs?: number): OpenRun => ({ instance, leaseMs, retry: null }) as OpenRun
  sightings.see('job', [run('a', 2000), run('b')])
  await clock.advance(300)
  expect([sightings.ageMs('job', 'a'), sightings.ageMs('job', 'b')]).toEqual([300, 0])
})

it('knows no age of a sign that was never seen', async () => {
  const { clock, sightings, signs } = setUp()
  signs.set('job a', '0 7')
  sightings.ageMs('job', 'a')
  await clock.advance(500)
  expect([sightings.ageOf('a', '0 7'), sightings.ageOf('a', '0 8'), sightings.ageOf('b', '0 7')]).toEqual([500, 0, 0])
})
