import { beforeEach, describe, expect, it } from 'vitest'
import type { Database, Resource } from '@s3sched/database'
import { createMemoryStore } from '@s3sched/store/testing'
import { connectedDatabase } from './connected-database.ts'
import { createTamperedStore, type Tampering } from './tampered-store.ts'

let tampering: Tampering
let database: Database
let people: Resource
const created = '2026-01-01T00:00:00.000Z'

beforeEach(async () => {
  tampering = {}
  database = await connectedDatabase(createTamperedStore(createMemoryStore(), tampering))
  people = await database.createResource({
    name: 'people',
    attributes: {
      name: 'string|required',
      age: 'number|optional',
      address: { city: 'string', zip: 'string|optional' },
    },
  })
})

describe('insert', () => {
  it('gives a random id, or keeps the given one', async () => {
    expect((await people.insert({ name: 'Ada' })).id).toMatch(/^[\w-]{22}$/)
    expect(await people.insert({ id: 'bob/1', name: 'Bob' })).toEqual({ id: 'bob/1', name: 'Bob' })
    expect(await people.get('bob/1')).toEqual({ id: 'bob/1', name: 'Bob' })
  })

  it('refuses an id that is taken', async () => {
    await people.insert({ id: 'ada', name: 'Ada' })
    await expect(people.insert({ id: 'ada', name: 'Eve' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    expect(await people.get('ada')).toMatchObject({ name: 'Ada' })
  })

  it('refuses what breaks the rules, naming every field, and the values that are there', async () => {
    const attempt = people.insert({ age: 'old', address: {} })
    await expect(attempt).rejects.toThrow(/'name' field is required\. .*'age' field must be a number\. Got "old"\./)
    await expect(attempt).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      context: { resource: 'people', problems: [{ field: 'name' }, { field: 'age' }, { field: 'address.city' }] },
    })
  })

  it.each([[{ id: 5, name: 'x' }], [{ id: '', name: 'x' }]])('refuses the id of %j', async (document) => {
    await expect(people.insert(document)).rejects.toMatchObject({ code: 'INVALID_ID' })
  })

  it('says so when nobody knows whether it landed, and finds out by the id', async () => {
    tampering.put = async (_key, put) => {
      await put()
      return { outcome: 'unknown', cause: new Error('lost') }
    }
    await expect(people.insert({ id: 'ada', name: 'Ada' })).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' })
    expect(await people.exists('ada')).toBe(true)
  })
})

describe('insertMany', () => {
  it('writes nothing when one of them is refused, and says which', async () => {
    const attempt = people.insertMany([{ name: 'Ada' }, { nam: 'Bob' }])
    await expect(attempt).rejects.toMatchObject({ code: 'VALIDATION_FAILED', context: { index: 1 } })
    expect(await people.count()).toBe(0)
  })

  it('tells apart what was written and what was not', async () => {
    await people.insert({ id: 'b', name: 'Bob' })
    const attempt = people.insertMany(['a', 'b', 'c'].map((id) => ({ id, name: id })))
    await expect(attempt).rejects.toMatchObject({
      code: 'PARTIAL_FAILURE',
      context: { inserted: ['a', 'c'], failed: [{ index: 1, id: 'b', error: { code: 'ALREADY_EXISTS' } }] },
    })
  })

  it('refuses anything but an array', async () => {
    await expect(people.insertMany({ name: 'Ada' } as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

describe('update', () => {
  beforeEach(() => people.insert({ id: 'ada', name: 'Ada', address: { city: 'London' } }))

  it('changes what it names and keeps the rest', async () => {
    await people.update('ada', { 'address.zip': 'W1', age: 36 })
    expect(await people.get('ada')).toEqual({ id: 'ada', name: 'Ada', age: 36, address: { city: 'London', zip: 'W1' } })
  })

  it('takes a function of the document', async () => {
    await people.patch('ada', ({ name }) => ({ name: `${String(name)} L.` }))
    expect(await people.update('ada', () => undefined)).toMatchObject({ name: 'Ada L.' })
  })

  it('refuses what would break the rules, and another id', async () => {
    await expect(people.update('ada', { name: null })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    await expect(people.update('ada', { id: 'eve' })).rejects.toThrow("its id can't be changed")
    await expect(people.update('ada', 'x' as never)).rejects.toThrow('expected a plain object')
  })

  it('refuses a document that is not there', async () => {
    await expect(people.update('eve', { age: 1 })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' })
    await expect(people.get('eve')).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' })
    await expect(people.delete('eve')).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' })
    expect(await people.getOrNull('eve')).toBeNull()
  })

  it('does not bring back what somebody deleted meanwhile', async () => {
    tampering.put = async (_key, put) => {
      delete tampering.put
      await people.delete('ada')
      return put()
    }
    await expect(people.update('ada', { age: 1 })).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FOUND' })
    expect(await people.exists('ada')).toBe(false)
  })
})

describe('replace, upsert and delete', () => {
  it('replace makes the document what is given, whole', async () => {
    await people.insert({ id: 'ada', name: 'Ada', age: 36 })
    expect(await people.replace('ada', { name: 'Ada L.' })).toEqual({ id: 'ada', name: 'Ada L.' })
    expect(await people.replace('bob', { name: 'Bob' })).toEqual({ id: 'bob', name: 'Bob' })
  })

  it('upsert inserts, then changes', async () => {
    await people.upsert({ id: 'ada', name: 'Ada', age: 36 })
    expect(await people.upsert({ id: 'ada', name: 'Ada L.' })).toEqual({ id: 'ada', name: 'Ada L.', age: 36 })
    await expect(people.upsert({ name: 'x' } as never)).rejects.toMatchObject({ code: 'INVALID_ID' })
  })

  it('deleteMany says how many there were', async () => {
    await people.insertMany([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ])
    expect(await people.deleteMany(['a', 'a', 'x'])).toEqual({ deleted: 1 })
    expect(await people.listIds()).toEqual(['b'])
  })
})

it('timestamps are kept, and nobody can forge them', async () => {
  const stamped = await database.createResource({ name: 'stamped', attributes: { n: 'number' }, timestamps: true })
  const first = await stamped.insert({ id: 'a', n: 1, createdAt: 'x' })
  expect(first).toEqual({ id: 'a', n: 1, createdAt: created, updatedAt: created })
  expect(await stamped.update('a', { createdAt: 'x' })).toMatchObject({ createdAt: created })
  expect(await stamped.replace('a', { n: 2 })).toMatchObject({ createdAt: created, n: 2 })
})

it('every change is told, on the resource and on the database', async () => {
  const told: unknown[] = []
  people.on('inserted', ({ document }) => told.push(['inserted', document]))
  database.on('updated', ({ resource, before, document }) => told.push([resource, before['age'], document['age']]))
  database.on('deleted', ({ id }) => told.push(['deleted', id]))
  people.on('deleted', () => {
    throw new Error('a listener of bad manners')
  })
  await people.insert({ id: 'a', name: 'A', age: 1 })
  await people.update('a', { age: 2 })
  await people.update('a', () => undefined)
  await people.delete('a')
  expect(told).toEqual([
    ['inserted', { id: 'a', name: 'A', age: 1 }],
    ['people', 1, 2],
    ['deleted', 'a'],
  ])
})

it('an event of an unknown name is refused, on the resource and on the database', () => {
  expect(() => people.on('insert' as 'inserted', () => undefined)).toThrow(`Did you mean 'inserted'?`)
  expect(() => database.once('connect' as 'connected', () => undefined)).toThrow(`Did you mean 'connected'?`)
  expect(() => database.off('deletd' as 'deleted', () => undefined)).toThrow(`Did you mean 'deleted'?`)
})
