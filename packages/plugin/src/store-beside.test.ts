import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '@s3sched/kernel'
import { openStore, type ObjectStore } from '@s3sched/store'
import { storeBeside } from './store-beside.ts'

/** As in s3db.js 19 and 21; tooling/s3db-compat tests the real clients. */
function memoryDatabase(storage: object, keyPrefix = ''): unknown {
  return { client: { config: { bucket: 'test', keyPrefix, endpoint: 'memory://' }, storage } }
}

async function write(database: unknown, key: string): Promise<ObjectStore> {
  const store = openStore(storeBeside(database, systemClock) ?? '')
  await store.put(key, new TextEncoder().encode('{}'))
  return store
}

const found = async (database: unknown, key: string): Promise<string> => {
  const store = openStore(storeBeside(database, systemClock) ?? '')
  return (await store.get(key)).outcome
}

it('of memory databases is shared by those that share their objects', async () => {
  const storage = {}
  await write(memoryDatabase(storage), 'key')
  expect(await found(memoryDatabase(storage), 'key')).toBe('found')
  expect(await found(memoryDatabase({}), 'key')).toBe('missing')
})

it('of databases with different prefixes is not shared', async () => {
  const storage = {}
  await write(memoryDatabase(storage, 'one'), 'key')
  expect(await found(memoryDatabase(storage, 'other'), 'key')).toBe('missing')
  expect(await found(memoryDatabase(storage, 'one/'), 'key')).toBe('found')
})

it('of a file database is a folder inside', async () => {
  const basePath = await mkdtemp(join(tmpdir(), 's3sched beside '))
  const config = { basePath, endpoint: `file://${basePath}`, keyPrefix: 'app' }
  const store = await write({ client: { config } }, 'key')
  await store.close()
  expect(await readdir(join(basePath, 'app'))).toEqual(['.s3sched'])
  await rm(basePath, { recursive: true })
})

it.each([
  undefined,
  null,
  5,
  {},
  { client: null },
  { client: { config: { endpoint: 'http://localhost:9000', bucket: 'x' } } },
  { client: { config: { endpoint: 'memory://' } } },
  { client: { config: { endpoint: 'file:///x' } } },
])('is not there for %j', (database) => {
  expect(storeBeside(database, systemClock)).toBeUndefined()
})
