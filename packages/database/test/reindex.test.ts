import { beforeEach, expect, it } from 'vitest'
import type { Resource } from '@s3sched/database'
import { createManualClock, type ManualClock } from '@s3sched/kernel/testing'
import { listAll, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { connectedDatabase } from './connected-database.ts'
import { createTamperedStore, type Tampering } from './tampered-store.ts'

const HOUR_MS = 60 * 60 * 1000

let clock: ManualClock
let inner: ObjectStore
let tampering: Tampering
let things: Resource

beforeEach(async () => {
  clock = createManualClock()
  inner = createMemoryStore({ clock })
  tampering = {}
  const database = await connectedDatabase(createTamperedStore(inner, tampering))
  things = await database.createResource({ name: 'things', attributes: { color: 'string' }, partitions: ['color'] })
  await things.insert({ id: 'a', color: 'red' })
})

async function entries(): Promise<string[]> {
  const listed = await listAll(inner, 's3sched/resources/things/partitions/byColor/')
  return listed.map(({ key }) => key.replace(/^.*byColor\/(.*)~.*$/, '$1'))
}

/** A process that dies after writing the entry and before writing the document. */
async function dieHalfWay(): Promise<void> {
  tampering.put = async (key, put) => {
    if (key.includes('/documents/')) throw new Error('the process is gone')
    return put()
  }
  await expect(things.update('a', { color: 'blue' })).rejects.toThrow('gone')
  delete tampering.put
}

it('deletes what a crash left behind, once no write can be under way', async () => {
  await dieHalfWay()
  expect(await entries()).toEqual(['color=blue/a', 'color=red/a'])
  expect(await things.listIds({ partition: 'byColor', partitionValues: { color: 'blue' } })).toEqual([])

  await clock.advance(HOUR_MS)
  expect(await things.reindex()).toEqual({ indexed: 0, removed: 0 })
  await clock.advance(1)
  expect(await things.reindex()).toEqual({ indexed: 0, removed: 1 })
  expect(await entries()).toEqual(['color=red/a'])
})

it('keeps the entry of a document, however old it is', async () => {
  await clock.advance(1000 * HOUR_MS)
  expect(await things.reindex()).toEqual({ indexed: 0, removed: 0 })
  expect(await entries()).toEqual(['color=red/a'])
})

it('puts back an entry that somebody deleted, when its document says another value', async () => {
  const [listed] = await listAll(inner, 's3sched/resources/things/partitions/')
  await inner.delete(listed?.key ?? '')
  await things.update('a', { color: 'blue' })
  expect(await entries()).toEqual(['color=blue/a'])
})
