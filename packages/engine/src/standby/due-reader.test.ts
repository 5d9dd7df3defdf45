import { createManualClock } from '@s3sched/kernel/testing'
import type { JobRecord } from '@s3sched/jobs'
import { expect, it } from 'vitest'
import { SignSightings } from '../runs/sign-sightings.ts'
import { DueReader } from './due-reader.ts'

const { signal } = new AbortController()

function setUp() {
  const looks: string[][] = []
  const overIn = new Map<string, number>()
  const clock = createManualClock(0)
  const run = { instance: 'i', leaseMs: 2000, retry: null }
  const records = {
    look: async (names: Iterable<string>) => void looks.push([...names]),
    peek: (name: string) => (name === 'unreadable' ? undefined : ({ running: [run] } as unknown as JobRecord)),
    signOf: (name: string) => `${name} 7`,
  }
  const sightings = new SignSightings(clock, records)
  const reader = new DueReader({ records, sightings, othersOverInMs: (name) => overIn.get(name) })
  return { clock, looks, overIn, reader, records, sightings }
}

it('reads all due records together, and remembers the signs of the processes with runs in hand', async () => {
  const { clock, looks, reader, sightings } = setUp()
  await reader.refresh(['a', 'b', 'unreadable'], signal)
  expect(looks).toEqual([['a', 'b', 'unreadable']])
  await clock.advance(300)
  expect(sightings.ageMs('a', 'i')).toBe(300)
})

it('reads no held job whose run elsewhere is over, once', async () => {
  const { looks, overIn, reader } = setUp()
  reader.hold('over')
  reader.hold('open')
  overIn.set('over', 0).set('open', 10)
  await reader.refresh(['over', 'open', 'other'], signal)
  await reader.refresh(['over'], signal)
  expect(looks).toEqual([['open', 'other'], ['over']])
})

it('reads each job again once the held jobs are forgotten', async () => {
  const { looks, overIn, reader } = setUp()
  reader.hold('over')
  overIn.set('over', 0)
  reader.forget()
  await reader.refresh(['over'], signal)
  expect(looks).toEqual([['over']])
})

it('fails with the store, so that no claim rests on old records', async () => {
  const { reader, records, sightings } = setUp()
  const failing = new DueReader({
    records: { ...records, look: () => Promise.reject(new Error('away')) },
    sightings,
    othersOverInMs: () => undefined,
  })
  await expect(failing.refresh(['a'], signal)).rejects.toThrow('away')
  await expect(reader.refresh(['a'], signal)).resolves.toBeUndefined()
})
