import { beforeEach, describe, expect, it } from 'vitest'
import type { Database, Resource } from '@s3sched/database'
import { createCountingStore, createMemoryStore, type CountingStore } from '@s3sched/store/testing'
import { connectedDatabase } from './connected-database.ts'

/** The table of costs in the README. */
const plain = { name: 'plain', attributes: { n: 'number' } }
const parted = { name: 'parted', attributes: { n: 'number' }, partitions: ['n'] }

let counting: CountingStore
let database: Database
let resource: Resource
let indexed: Resource

beforeEach(async () => {
  counting = createCountingStore(createMemoryStore())
  database = await connectedDatabase(counting.store)
  resource = await database.createResource(plain)
  indexed = await database.createResource(parted)
  await resource.insertMany(Array.from({ length: 20 }, (_, n) => ({ id: `i${n}`, n })))
  await indexed.insertMany(Array.from({ length: 20 }, (_, n) => ({ id: `i${n}`, n: n % 4 })))
  counting.reset()
})

type Costs = Partial<Record<'get' | 'put' | 'delete' | 'list', number>>

async function costOf(call: () => Promise<unknown>): Promise<Costs> {
  counting.reset()
  await call()
  const { get, put, delete: deletes, list } = counting.requests
  return Object.fromEntries(Object.entries({ get, put, delete: deletes, list }).filter(([, count]) => count > 0))
}

describe('the cost of', () => {
  const calls: readonly (readonly [string, () => Promise<unknown>, Costs])[] = [
    ['connect', () => connectedDatabase(counting.store), { get: 1 }],
    ['createResource, known', () => database.createResource(plain), { get: 1 }],
    ['createResource, new', () => database.createResource({ name: 'new', attributes: {} }), { get: 2, put: 1 }],
    ['insert', () => resource.insert({ n: 1 }), { put: 1 }],
    ['insert, partitioned', () => indexed.insert({ n: 1 }), { put: 2 }],
    ['insertMany of 3', () => resource.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]), { put: 3 }],
    ['get', () => resource.get('i1'), { get: 1 }],
    ['exists', () => resource.exists('nobody'), { get: 1 }],
    ['update', () => resource.update('i1', { n: 5 }), { get: 1, put: 1 }],
    ['update, other value', () => indexed.update('i1', { n: 5 }), { get: 1, put: 2, delete: 1 }],
    ['update, same value', () => indexed.update('i1', { n: 1, m: 2 }), { get: 1, put: 1 }],
    ['replace', () => resource.replace('i1', { n: 5 }), { get: 1, put: 1 }],
    ['upsert, new', () => resource.upsert({ id: 'new', n: 5 }), { get: 1, put: 1 }],
    ['delete', () => resource.delete('i1'), { get: 1, delete: 1 }],
    ['delete, partitioned', () => indexed.delete('i1'), { get: 1, delete: 2 }],
    ['deleteMany of 2', () => resource.deleteMany(['i1', 'i2']), { get: 2, delete: 2 }],
    ['list with a limit', () => resource.list({ limit: 5, offset: 5 }), { list: 1, get: 5 }],
    ['list with a filter', () => resource.list({ filter: { n: 3 } }), { list: 1, get: 20 }],
    ['list of a partition', () => indexed.list({ partition: 'byN', partitionValues: { n: 1 } }), { list: 1, get: 5 }],
    ['page', () => resource.page({ size: 5 }), { list: 1, get: 5 }],
    ['count', () => resource.count(), { list: 1 }],
    ['listIds', () => resource.listIds(), { list: 1 }],
  ]

  it.each(calls)('%s', async (_name, call, costs) => {
    expect(await costOf(call)).toEqual(costs)
  })
})
