import type { OpenRun } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { SignSightings } from './sign-sightings.ts'

function setUp() {
  const state = { knownAt: 1000 }
  const signs = new Map<string, string>()
  const records = {
    knownAt: () => state.knownAt,
    signOf: (job: string, instance: string) => signs.get(`${job} ${instance}`) ?? '0 ',
  }
  return { signs, sightings: new SignSightings(records), state }
}

it('counts the age of a sign from the read that showed it first to the last read', () => {
  const { sightings, signs, state } = setUp()
  signs.set('job a', '0 7')
  expect(sightings.ageMs('job', 'a')).toBe(0)
  state.knownAt += 500
  expect(sightings.ageMs('job', 'a')).toBe(500)
  signs.set('job a', '0 8')
  expect(sightings.ageMs('job', 'a')).toBe(0)
})

it('says nothing of the time since the last read', () => {
  const { sightings } = setUp()
  sightings.ageMs('job', 'a')
  expect(sightings.ageMs('job', 'a')).toBe(0)
})

it('tells instances and pages apart', () => {
  const { sightings, signs, state } = setUp()
  signs.set('job a', '0 7').set('job b', '0 7').set('other a', '1 7')
  sightings.ageMs('job', 'a')
  state.knownAt += 500
  expect([sightings.ageMs('job', 'b'), sightings.ageMs('other', 'a'), sightings.ageMs('job', 'a')]).toEqual([0, 0, 500])
})

it('sees the signs of all runs with a lease of their own', () => {
  const { sightings, state } = setUp()
  const run = (instance: string, leaseMs?: number): OpenRun => ({ instance, leaseMs, retry: null }) as OpenRun
  sightings.see('job', [run('a', 2000), run('b')])
  state.knownAt += 300
  expect([sightings.ageMs('job', 'a'), sightings.ageMs('job', 'b')]).toEqual([300, 0])
})

it('knows no age of a sign that was never seen', async () => {
  const { clock, sightings, signs } = setUp()
  signs.set('job a', '0 7')
  sightings.ageMs('job', 'a')
  await clock.advance(500)
  expect([sightings.ageOf('a', '0 7'), sightings.ageOf('a', '0 8'), sightings.ageOf('b', '0 7')]).toEqual([500, 0, 0])
})
