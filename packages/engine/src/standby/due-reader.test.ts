import { createManualClock } from '@s3sched/kernel/testing'
import type { ServerClock } from '@s3sched/store'
import { expect, it } from 'vitest'
import { RecordSightings } from '../runs/record-sightings.ts'
import { DueReader, type DueReaderDeps } from './due-reader.ts'

const NOON = Date.UTC(2026, 5, 1, 12)
const { signal } = new AbortController()

/** A cache of `size` records, of which a LIST shows those in `changed` as changed. */
function setUp(size = 20, changed: { name: string; etag: string; lastModified: number }[] = []) {
  const clock = createManualClock(NOON)
  const done: string[] = []
  const overIn = new Map<string, number>()
  const records: DueReaderDeps['records'] = {
    size,
    invalidate: (name) => void done.push(`invalidate ${name}`),
    list: async () => {
      done.push('list')
      return { changed }
    },
    load: async (name) => {
      done.push(`load ${name}`)
      return undefined
    },
    versionOf: (name) => `version of ${name}`,
  }
  const serverClock = { ticking: () => clock } as unknown as ServerClock
  const sightings = new RecordSightings(clock)
  const deps = { records, sightings, othersOverInMs: (name: string) => overIn.get(name) }
  return { clock, done, overIn, reader: new DueReader({ serverClock }, deps, { claimAhead: 1000 }), sightings }
}

const many = Array.from({ length: 13 }, (_, i) => `job-${i}`)

it('reads each of a few due records anew, and remembers the versions', async () => {
  const { done, reader, sightings } = setUp()
  expect(await reader.suspects(['a', 'b'], signal)).toEqual(['a', 'b'])
  expect(done).toEqual(['invalidate a', 'invalidate b', 'load a', 'load b'])
  expect(sightings.see('a', 'version of a')).toBe(true)
})

it('lists all jobs where many are due, and reads only records that may lack a claim', async () => {
  const claimed = { name: 'job-3', etag: 'new', lastModified: NOON }
  const old = { name: 'job-4', etag: 'new', lastModified: NOON - 60_000 }
  const { done, reader } = setUp(20, [claimed, old])
  const suspects = many.filter((name) => name !== 'job-3')
  expect(await reader.suspects(many, signal)).toEqual(suspects)
  expect(done).toEqual(['list', ...suspects.map((name) => `load ${name}`)])
  // The record was not written since this look, so that it may lack the claim of the next tick.
  expect(await reader.suspects(many, signal)).toEqual(many)
})

it('reads no held job whose run elsewhere is over, once', async () => {
  const { done, overIn, reader } = setUp()
  reader.hold('over')
  reader.hold('open')
  overIn.set('over', 0).set('open', 10)
  expect(await reader.suspects(['over', 'open', 'other'], signal)).toEqual(['over', 'open', 'other'])
  expect(done.filter((each) => each.startsWith('load'))).toEqual(['load open', 'load other'])
  await reader.suspects(['over'], signal)
  expect(done.at(-1)).toBe('load over')
})

it('reads each job again once the held jobs are forgotten', async () => {
  const { done, overIn, reader } = setUp()
  reader.hold('over')
  overIn.set('over', 0)
  reader.forget()
  await reader.suspects(['over'], signal)
  expect(done).toContain('load over')
})
