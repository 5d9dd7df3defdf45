import { beforeEach, describe, expect, it } from 'vitest'
import type { Database, Resource } from '@s3sched/database'
import { createCountingStore, createMemoryStore } from '@s3sched/store/testing'
import { connectedDatabase } from './connected-database.ts'

const counting = createCountingStore(createMemoryStore())
const { requests, reset } = counting
let database: Database
let items: Resource

beforeEach(async () => {
  database = await connectedDatabase(counting.store)
  await database.resources['items']?.deleteMany(await database.resources['items'].listIds())
  items = await database.createResource({
    name: 'items',
    attributes: { n: 'number', color: 'string|optional' },
    partitions: { byColor: { fields: { color: 'string' } } },
  })
  await items.insertMany(
    Array.from({ length: 30 }, (_, n) => ({
      id: `i${String(n).padStart(2, '0')}`,
      n,
      color: n % 3 === 0 ? 'red' : 'blue',
    })),
  )
  reset()
})

const ns = (documents: readonly Record<string, unknown>[]): unknown[] => documents.map(({ n }) => n)

describe('list', () => {
  it('gives all, in the order of the ids', async () => {
    expect(ns(await items.list())).toEqual(Array.from({ length: 30 }, (_, n) => n))
    expect(requests).toMatchObject({ list: 1, get: 30 })
  })

  it('reads only what a limit and an offset ask for', async () => {
    expect(ns(await items.list({ limit: 3, offset: 5 }))).toEqual([5, 6, 7])
    expect(requests).toMatchObject({ list: 1, get: 3 })
  })

  it('filters, sorts, and stops reading when it has enough', async () => {
    expect(ns(await items.list({ filter: { n: { $gte: 27 } }, sort: { n: -1 } }))).toEqual([29, 28, 27])
    const few = await connectedDatabase(counting.store, { parallelism: 1 })
    reset()
    expect(ns(await few.resource('items').query({ n: { $gte: 2 } }, { limit: 2 }))).toEqual([2, 3])
    expect(requests.get).toBe(4)
  })

  it('takes a function of the document for a filter', async () => {
    expect(ns(await items.list({ filter: ({ n }) => Number(n) > 27 }))).toEqual([28, 29])
    expect(ns(await items.query(({ color }) => color === 'red', { limit: 2, offset: 1 }))).toEqual([3, 6])
    expect(await items.count({ filter: ({ n }) => Number(n) % 2 === 0 })).toBe(15)
    expect(await items.listIds({ filter: ({ id }) => id === 'i07' })).toEqual(['i07'])
    expect((await items.page({ filter: ({ n }) => Number(n) < 5, size: 2 })).totalItems).toBe(5)
  })

  it('passes the error of the function on', async () => {
    const filter = (): never => {
      throw new TypeError('no such field')
    }
    await expect(items.list({ filter })).rejects.toThrow('no such field')
  })

  it('refuses an async function, whose promise would match every document', async () => {
    await expect(items.list({ filter: async () => false })).rejects.toThrow(
      'invalid filter: expected the function to return true or false, got a Promise',
    )
  })

  it('lists a partition without reading the others', async () => {
    const red = { partition: 'byColor', partitionValues: { color: 'red' } }
    expect(ns(await items.list(red))).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27])
    expect(requests).toMatchObject({ list: 1, get: 10 })
    expect(ns(await items.query({ n: { $gt: 20 } }, { ...red, limit: 2, offset: 1 }))).toEqual([24, 27])
    expect(await items.count(red)).toBe(10)
    expect(await items.listIds({ ...red, limit: 1 })).toEqual(['i00'])
  })

  it.each([
    [{ limit: -1 }, 'expected limit to be an integer >= 0'],
    [{ lmit: 1 }, "Did you mean 'limit'?"],
    [{ filter: 5 }, 'expected filter to be a filter object'],
    [{ sort: { n: 2 } }, 'expected sort to be like'],
    [{ partition: 'byColour' }, "Did you mean 'byColor'?"],
    [{ partition: 'byColor' }, 'needs partitionValues with color'],
    [{ partitionValues: { color: 'red' } }, 'need the name of their partition'],
  ])('refuses %j', async (request, message) => {
    await expect(items.list(request as never)).rejects.toThrow(message)
  })
})

describe('page', () => {
  it('says where it stands', async () => {
    const { items: documents, ...rest } = await items.page({ size: 8, offset: 24 })
    expect(ns(documents)).toEqual([24, 25, 26, 27, 28, 29])
    expect(rest).toEqual({ totalItems: 30, page: 3, pageSize: 8, totalPages: 4, hasMore: false })
    expect(requests).toMatchObject({ list: 1, get: 6 })
  })

  it('pages through what a filter leaves', async () => {
    const page = await items.page({ filter: { color: 'red' }, size: 4, sort: { n: -1 } })
    expect(ns(page.items)).toEqual([27, 24, 21, 18])
    expect(page).toMatchObject({ totalItems: 10, totalPages: 3, hasMore: true })
  })
})

describe('count', () => {
  it('of everything costs one LIST and no GET', async () => {
    expect(await items.count()).toBe(30)
    expect(await items.listIds({ limit: 2, offset: 1 })).toEqual(['i01', 'i02'])
    expect(requests).toMatchObject({ list: 2, get: 0 })
  })

  it('of a filter reads', async () => {
    expect(await items.count({ filter: { color: 'red' } })).toBe(10)
  })
})

describe('a new partition', () => {
  const byN = { byColor: { fields: { color: 'string' } }, byN: { fields: { n: 'number' } } }
  const five = { partition: 'byN', partitionValues: { n: 5 } }

  it('finds the documents that were there before it', async () => {
    await database.createResource({
      name: 'items',
      attributes: { n: 'number', color: 'string|optional' },
      partitions: byN,
    })
    expect(ns(await items.list(five))).toEqual([5])
  })

  it('finds what code of before wrote after it, once it is reindexed, and drops what is left over', async () => {
    const old = await connectedDatabase(counting.store, { seed: 9 })
    await database.createResource({
      name: 'items',
      attributes: { n: 'number', color: 'string|optional' },
      partitions: byN,
    })
    await old.resource('items').insert({ id: 'late', n: 5 })
    expect(ns(await items.list(five))).toEqual([5])
    expect(await items.reindex()).toEqual({ indexed: 1, removed: 0 })
    expect(ns(await items.list(five))).toEqual([5, 5])
    expect(await items.reindex()).toEqual({ indexed: 0, removed: 0 })
  })
})
