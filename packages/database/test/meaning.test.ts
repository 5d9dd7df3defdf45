import { describe, expect, it } from 'vitest'
import type { Resource } from '@s3sched/database'
import type { ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { connectedDatabase } from './connected-database.ts'

const INSTANT = '2026-03-01T23:30:00.000Z'

async function resource(options: object, store: ObjectStore = createMemoryStore()): Promise<Resource> {
  const database = await connectedDatabase(store)
  return database.createResource({ name: 'things', attributes: {}, ...options })
}

describe('a partition is asked by what was inserted', () => {
  it.each<[string, string, string, unknown]>([
    ['a date with an offset', 'date', 'string', '2026-03-02T00:30:00+01:00'],
    ['a date as a Date', 'date', 'date', new Date(INSTANT)],
    ['a date as epoch ms', 'date', 'date', Date.parse(INSTANT)],
    ['a number as text', 'number', 'number', ' 42 '],
    ['a number', 'number', 'string', 42],
    ['a text that is not trimmed', 'string', 'string', '  rome '],
    ['a boolean as text', 'boolean', 'boolean', 'true'],
    ['the day of a number of ms', 'number', 'date', Date.parse(INSTANT)],
  ])('%s', async (_, attribute, rule, value) => {
    const things = await resource({
      attributes: { key: attribute },
      partitions: { byKey: { fields: { key: rule } } },
    })
    await things.insert({ id: 'a', key: value })
    expect(await things.listIds({ partition: 'byKey', partitionValues: { key: value } })).toEqual(['a'])
  })

  it('in nested attributes too', async () => {
    const things = await resource({
      attributes: { at: { $$type: 'object', since: 'date' } },
      partitions: { bySince: { fields: { 'at.since': 'date' } } },
    })
    await things.insert({ id: 'a', at: { since: '2026-03-02T00:30:00+01:00' } })
    const partitionValues = { 'at.since': '2026-03-02T00:30:00+01:00' }
    expect(await things.listIds({ partition: 'bySince', partitionValues })).toEqual(['a'])
  })

  it('a day of a number of ms is a day', async () => {
    const things = await resource({ attributes: { at: 'number' }, partitions: { byDay: { fields: { at: 'date' } } } })
    await things.insert({ id: 'early', at: Date.parse('2026-03-01T00:00:00Z') })
    await things.insert({ id: 'late', at: Date.parse(INSTANT) })
    const partitionValues = { at: Date.parse('2026-03-01T12:00:00Z') }
    expect(await things.listIds({ partition: 'byDay', partitionValues })).toEqual(['early', 'late'])
  })
})

it('two definitions with different partitions keep each other’s', async () => {
  const store = createMemoryStore()
  const attributes = { color: 'string', size: 'string' }
  const old = await resource({ attributes, partitions: ['color'] }, store)
  await old.insert({ id: 'a', color: 'red', size: 'big' })
  const young = await resource({ attributes, partitions: ['size'] }, store)
  const bySize = { partition: 'bySize', partitionValues: { size: 'big' } }
  const byColor = { partition: 'byColor', partitionValues: { color: 'red' } }
  expect(await young.listIds(bySize)).toEqual(['a'])
  expect(await old.listIds(byColor)).toEqual(['a'])
  await young.update('a', { note: 1 })
  await young.reindex()
  expect(await old.listIds(byColor)).toEqual(['a'])
  await resource({ attributes, partitions: ['color'] }, store)
  expect(await young.listIds(bySize)).toEqual(['a'])
})

describe('a change', () => {
  it('can not touch the id, by a path neither', async () => {
    const things = await resource({})
    await things.insert({ id: 'a', x: 1 })
    await expect(things.update('a', { 'id.x': 1 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(things.upsert({ id: 'b', 'id.x': 1 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    expect(await things.list()).toEqual([{ id: 'a', x: 1 }])
  })

  it.each(['insert', 'upsert', 'replace'] as const)('takes dotted names for paths in %s as in update', async (call) => {
    const things = await resource({})
    const document = { id: 'a', 'address.city': 'Rome' }
    const made = await (call === 'replace' ? things.replace('a', document) : things[call](document))
    expect(made).toEqual({ id: 'a', address: { city: 'Rome' } })
    expect(await things.upsert(document)).toEqual(made)
    expect(await things.update('a', { 'address.city': 'Rome' })).toEqual(made)
  })

  it('by a function that alters nested values returns what is stored', async () => {
    const things = await resource({})
    await things.insert({ id: 'a', tags: ['x'], address: { city: 'Rome' } })
    const returned = await things.update('a', (document) => {
      ;(document['tags'] as string[]).push('y')
      ;(document['address'] as { city: string }).city = 'Pisa'
      return undefined
    })
    expect(returned).toEqual({ id: 'a', tags: ['x'], address: { city: 'Rome' } })
    expect(await things.get('a')).toEqual(returned)
  })
})

describe('a date', () => {
  it.each<[string, object]>([
    ['equal', { at: INSTANT }],
    ['with an offset', { at: '2026-03-02T00:30:00+01:00' }],
    ['in a range', { at: { $gt: '2026-03-01', $lte: '2026-03-02' } }],
    ['in a list', { at: { $in: ['2025-01-01', INSTANT] } }],
    ['below $not and $or', { $or: [{ at: { $not: { $lt: '2026-03-01' } } }] }],
    ['nested', { 'in.at': { $gte: INSTANT } }],
    ['in a list of dates', { all: INSTANT }],
    ['as a Date', { at: { $gt: new Date('2026-01-01') } }],
  ])('is found by a text, %s', async (_, filter) => {
    const things = await resource({
      attributes: { at: 'date', in: { $$type: 'object', at: 'date' }, all: 'date[]' },
    })
    await things.insert({ id: 'a', at: INSTANT, in: { at: INSTANT }, all: [INSTANT] })
    await things.insert({ id: 'b', at: '2020-01-01', in: { at: '2020-01-01' }, all: ['2020-01-01'] })
    expect((await things.query(filter as never)).map(({ id }) => id)).toEqual(['a'])
  })

  it('is refused in a filter when it is none', async () => {
    const things = await resource({ attributes: { at: 'date' } })
    await things.insert({ at: INSTANT })
    await expect(things.query({ at: 'yesterday' })).rejects.toMatchObject({ code: 'INVALID_FILTER' })
    expect(await things.query({ at: { $exists: true } })).toHaveLength(1)
  })

  it('comes back as one, in alternatives and records too', async () => {
    const things = await resource({
      attributes: {
        either: [{ type: 'date' }, { type: 'number' }],
        text: [{ type: 'string' }, { type: 'date' }],
        since: { type: 'record', key: 'string', value: 'date' },
      },
    })
    const date = new Date(INSTANT)
    const inserted = await things.insert({ id: 'a', either: date, text: 'soon', since: { ada: date } })
    expect(inserted).toEqual({ id: 'a', either: date, text: 'soon', since: { ada: date } })
    expect(await things.get('a')).toEqual(inserted)
  })
})

describe('what is no list of ids is refused', () => {
  it('by deleteMany', async () => {
    const things = await resource({})
    await things.insertMany([{ id: '1' }, { id: '2' }])
    await expect(things.deleteMany('12' as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(await things.count()).toBe(2)
  })

  it.each([{ limit: -1 }, { limit: 1.5 }, { offset: -1 }, { offset: Number.NaN }, { limt: 1 }, 'all'])(
    'as a request for ids: %o',
    async (request) => {
      const things = await resource({})
      await expect(things.listIds(request as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )
})

it('an object that is no document hides itself alone', async () => {
  const store = createMemoryStore()
  const things = await resource({ attributes: { color: 'string' }, partitions: ['color'] }, store)
  await things.insertMany([
    { id: 'a', color: 'red' },
    { id: 'c', color: 'red' },
  ])
  await store.put('s3sched/resources/things/documents/b.json', new TextEncoder().encode('not ours'))
  const ids = (found: readonly { readonly id: string }[]): string[] => found.map(({ id }) => id)
  expect(ids(await things.list())).toEqual(['a', 'c'])
  expect(ids(await things.query({ color: 'red' }))).toEqual(['a', 'c'])
  expect(ids((await things.page()).items)).toEqual(['a', 'c'])
  expect(await things.reindex()).toEqual({ indexed: 0, removed: 0 })
  await expect(things.get('b')).rejects.toMatchObject({ code: 'UNREADABLE' })
})
