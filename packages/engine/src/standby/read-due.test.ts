import { createManualClock } from '@s3sched/kernel/testing'
import type { JobRecord } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { SignSightings } from '../runs/sign-sightings.ts'
import { readDue } from './read-due.ts'

const { signal } = new AbortController()

function setUp(look: (names: Iterable<string>) => Promise<void>) {
  const clock = createManualClock(0)
  const run = { instance: 'i', leaseMs: 2000, retry: null }
  const records = {
    look,
    peek: (name: string) => (name === 'unreadable' ? undefined : ({ running: [run] } as unknown as JobRecord)),
  }
  const sightings = new SignSightings(clock, { of: (name) => `${name} 7` })
  return { clock, deps: { records, sightings }, sightings }
}

it('reads all due records together, and remembers the signs of the processes with runs in hand', async () => {
  const looks: string[][] = []
  const { clock, deps, sightings } = setUp(async (names) => void looks.push([...names]))
  await readDue(deps, ['a', 'b', 'unreadable'], signal)
  expect(looks).toEqual([['a', 'b', 'unreadable']])
  await clock.advance(300)
  expect(sightings.ageMs('a', 'i')).toBe(300)
})

it('fails with the store, so that no claim rests on old records', async () => {
  const { deps } = setUp(() => Promise.reject(new Error('away')))
  await expect(readDue(deps, ['a'], signal)).rejects.toThrow('away')
})
