// The same code on s3db.js and on @s3sched/database: the calls of simple users mean the same.
import { Database as Ours } from '@s3sched/plugin'
import { Database as Theirs } from '#s3db'
import { tell } from './tell.mjs'

async function use(db) {
  const results = {}
  const note = async (name, call) => {
    results[name] = await call().then(plain, () => 'refused')
  }
  await db.connect()
  const people = await db.createResource({
    name: 'people',
    attributes: {
      name: 'string|required|min:2',
      age: 'number|optional',
      active: 'boolean',
      address: { city: 'string', zip: 'string|optional' },
      tags: 'array|items:string|optional',
    },
    partitions: { byName: { fields: { name: 'string' } } },
  })
  await note('insert', () => people.insert({ id: 'ada', name: ' Ada ', age: '36', active: true }))
  await note('insert nested', () =>
    people.insert({ id: 'bob', name: 'Bob', active: 'false', address: { city: 'X' }, tags: ['a'] }),
  )
  await note('insert again', () => people.insert({ id: 'ada', name: 'Eve', active: true }))
  await note('insert without what is required', () => people.insert({ name: 'Eve' }))
  await note('insert with too short a name', () => people.insert({ name: 'E', active: true }))
  await note('insert with half an address', () => people.insert({ name: 'Eve', active: true, address: { zip: '1' } }))
  await note('get', () => people.get('bob'))
  await note('get nobody', () => people.get('nobody'))
  await note('exists', async () => [await people.exists('ada'), await people.exists('nobody')])
  await note('update', () => people.update('bob', { age: 40, 'address.zip': '9' }))
  await note('update nobody', () => people.update('nobody', { age: 1 }))
  await note('patch', () => people.patch('ada', { active: false }))
  await note('upsert there', () => people.upsert({ id: 'ada', name: 'Ada L.' }))
  await note('upsert new', () => people.upsert({ id: 'eve', name: 'Eve', active: true }))
  await note('replace', () => people.replace('eve', { name: 'Eva', active: true }))
  await note('get afterwards', () => people.get('ada'))
  await note('count', () => people.count())
  await note('listIds', () => people.listIds())
  await note('list', async () => (await people.list({ limit: 2 })).map(({ id }) => id))
  await note('query', async () => (await people.query({ active: true })).map(({ id }) => id))
  await note('page', async () => {
    const { items, totalItems, page, pageSize, totalPages, hasMore } = await people.page({ size: 2, offset: 2 })
    return { ids: items.map(({ id }) => id), totalItems, page, pageSize, totalPages, hasMore }
  })
  await note('delete', async () => {
    await people.delete('eve')
    return people.count()
  })
  await note('delete nobody', () => people.delete('nobody'))
  await note('deleteMany', async () => (await people.deleteMany(['ada', 'bob'])).deleted)
  await note('names', async () => [
    Object.keys(db.resources),
    (await db.listResources()).map(({ name }) => name),
    db.isConnected(),
  ])
  await db.disconnect()
  results['connected afterwards'] = db.isConnected()
  return results
}

/** Without the fields added by s3db.js. */
function plain(value) {
  return JSON.parse(JSON.stringify(value, (key, field) => (key.startsWith('_') ? undefined : field)))
}

const theirs = await use(new Theirs({ connectionString: 'memory://moves', logLevel: 'silent' }))
const ours = await use(new Ours({ connectionString: 'memory://moves' }))
tell({ theirs, ours })
