import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { RecordSightings } from '../runs/record-sightings.ts'
import { DueReader, type DueReaderDeps } from './due-reader.ts'

const { signal } = new AbortController()

function setUp() {
  const looks: string[][] = []
  const overIn = new Map<string, number>()
  const records: DueReaderDeps['records'] = {
    look: async (names) => void looks.push([...names]),
    versionOf: (name) => (name === 'unreadable' ? undefined : `version of ${name}`),
  }
  const sightings = new RecordSightings(createManualClock(0))
  const reader = new DueReader({ records, sightings, othersOverInMs: (name) => overIn.get(name) })
  return { looks, overIn, reader, records, sightings }
}

it('reads all due records together, and remembers the versions', async () => {
  const { looks, reader, sightings } = setUp()
  await reader.refresh(['a', 'b', 'unreadable'], signal)
  expect(looks).toEqual([['a', 'b', 'unreadable']])
  expect(sightings.see('a', 'version of a')).toBe(true)
  expect(sightings.see('a', 'another version')).toBe(false)
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
  const { reader, records } = setUp()
  const failing = new DueReader({
    records: { ...records, look: () => Promise.reject(new Error('away')) },
    sightings: new RecordSightings(createManualClock(0)),
    othersOverInMs: () => undefined,
  })
  await expect(failing.refresh(['a'], signal)).rejects.toThrow('away')
  await expect(reader.refresh(['a'], signal)).resolves.toBeUndefined()
})
