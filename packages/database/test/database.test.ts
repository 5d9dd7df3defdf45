import { beforeEach, describe, expect, it } from 'vitest'
import { Database, DatabaseError } from '@s3sched/database'
import { silentLogger } from '@s3sched/kernel'
import { createMemoryStore } from '@s3sched/store/testing'
import type { FoundObject, ObjectStore } from '@s3sched/store'
import { connectedDatabase } from './connected-database.ts'

let store: ObjectStore

beforeEach(() => {
  store = createMemoryStore()
})

const attributes = { n: 'number' }

describe('new Database', () => {
  it.each([
    [{}, 'expected either connectionString or store, got neither'],
    [{ connectionString: 'memory://x', store: createMemoryStore() }, 'got both'],
    [{ conectionString: 'memory://x' }, "unknown option 'conectionString'. Did you mean 'connectionString'?"],
    [{ connectionString: '' }, 'expected connectionString to be a connection string'],
    [{ connectionString: 'memory://x', prefix: 'x' }, "expected prefix to be empty, or like 'name/'"],
    [{ connectionString: 'memory://x', parallelism: 0 }, 'expected parallelism to be an integer >= 1'],
    [{ connectionString: 'memory://x', clock: {} }, 'expected clock to be a Clock'],
    [undefined, 'expected either connectionString or store'],
  ])('refuses %j', (options, message) => {
    expect(() => new Database(options as never)).toThrow(message)
    expect(() => new Database(options as never)).toThrow(DatabaseError)
  })

  it('refuses a malformed connection string before anything is sent, without its secret', () => {
    const attempt = (): unknown => new Database({ connectionString: 's4://key:hush@bucket' })
    expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_CONNECTION' }))
    expect(attempt).not.toThrow(/hush/)
  })
})

describe('connect and disconnect', () => {
  it('can be called twice, at once, and again', async () => {
    const database = new Database({ connectionString: 'memory://twice' })
    const told: string[] = []
    database.on('connected', () => told.push('connected')).on('disconnected', () => told.push('disconnected'))
    await Promise.all([database.connect(), database.connect()])
    await database.connect()
    const numbers = await database.createResource({ name: 'numbers', attributes })
    await numbers.insert({ id: 'a', n: 1 })
    await Promise.all([database.disconnect(), database.disconnect()])
    await expect(numbers.get('a')).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    await database.connect()
    expect(await numbers.get('a')).toEqual({ id: 'a', n: 1 })
    expect(told).toEqual(['connected', 'disconnected', 'connected'])
  })

  it('nothing works before, and each call says what to do', async () => {
    const database = new Database({ connectionString: 'memory://before' })
    expect(database.connected).toBe(false)
    await expect(database.createResource({ name: 'a', attributes })).rejects.toThrow(
      'Call await database.connect() first',
    )
    await expect(database.listResources()).rejects.toMatchObject({ code: 'NOT_CONNECTED' })
    expect(() => database.store).toThrow('not connected')
    expect(() => database.resource('a')).toThrow('not connected')
    await database.disconnect()
  })

  it('leaves a store open that was handed in', async () => {
    const database = await connectedDatabase(store)
    expect(database.store).toBe(store)
    await database[Symbol.asyncDispose]()
    expect(await store.get('x')).toMatchObject({ outcome: 'missing' })
  })

  it('tells trouble of the store as it is, and can be tried again', async () => {
    let broken = true
    const flaky: ObjectStore = {
      ...store,
      get: async (key) => (broken ? Promise.reject(new Error('no route')) : store.get(key)),
    }
    const database = new Database({ store: flaky })
    await expect(database.connect()).rejects.toThrow('no route')
    expect(database.connected).toBe(false)
    broken = false
    await database.connect()
    expect(database.isConnected()).toBe(true)
  })
})

describe('resources', () => {
  it('are seen by another process after it connects', async () => {
    const one = await connectedDatabase(store)
    await one.createResource({ name: 'numbers', attributes, timestamps: true })
    const other = await connectedDatabase(store, { seed: 2 })
    expect(Object.keys(other.resources)).toEqual(['numbers'])
    expect(await other.listResources()).toEqual(await one.listResources())
    await other.resource('numbers').insert({ id: 'a', n: 1 })
    expect(await one.resource('numbers').get('a')).toMatchObject({ n: 1 })
  })

  it('that are not there are undefined as a property, and an error with a hint by name', async () => {
    const database = await connectedDatabase(store)
    await database.createResource({ name: 'sessions', attributes })
    expect(database.resources['sesions']).toBeUndefined()
    expect(database.resources['constructor']).toBeUndefined()
    expect(() => database.resource('sesions')).toThrow('there is no resource "sesions". Did you mean \'sessions\'?')
  })

  it('are found by an entry of the list of resources', async () => {
    const database = await connectedDatabase(store)
    const numbers = await database.createResource({ name: 'numbers', attributes })
    const [listed] = await database.listResources()
    expect(database.resources[listed as never]).toBe(numbers)
  })

  it('take a new definition for those who hold them already', async () => {
    const database = await connectedDatabase(store)
    const told: string[] = []
    database.on('resourceCreated', ({ resource }) => told.push(`created ${resource}`))
    database.on('resourceUpdated', ({ resource }) => told.push(`updated ${resource}`))
    const numbers = await database.createResource({ name: 'numbers', attributes })
    await database.createResource({ name: 'numbers', attributes })
    expect(await database.createResource({ name: 'numbers', attributes: { n: 'number|max:5' } })).toBe(numbers)
    await expect(numbers.insert({ n: 6 })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
    expect(told).toEqual(['created numbers', 'updated numbers'])
  })

  it('keep to their own prefix', async () => {
    const one = await connectedDatabase(store, { prefix: 'one/' })
    const two = await connectedDatabase(store, { prefix: '' })
    await (await one.createResource({ name: 'numbers', attributes })).insert({ id: 'a', n: 1 })
    expect(await (await two.createResource({ name: 'numbers', attributes })).count()).toBe(0)
  })

  it('that the bucket defines badly are left out, with a warning', async () => {
    const warnings: string[] = []
    await (await connectedDatabase(store)).createResource({ name: 'numbers', attributes })
    const key = 's3sched/resources/catalog.json'
    const got = (await store.get(key)) as FoundObject
    const text = new TextDecoder().decode(got.body).replace('"number"', '"number|min:alert(1)"')
    await store.put(key, new TextEncoder().encode(text))
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
    const database = await connectedDatabase(store, { logger })
    expect(Object.keys(database.resources)).toEqual([])
    expect(warnings).toEqual([expect.stringContaining('min must be a number, got "alert(1)"')])
  })
})

describe('usePlugin', () => {
  class SchedulerPlugin {
    readonly steps: string[] = []
    install(database: Database): void {
      this.steps.push(`install ${database.connected} ${Object.keys(database.resources).join()}`)
    }
    start(): void {
      this.steps.push('start')
    }
    stop(): void {
      this.steps.push('stop')
    }
  }

  it('installs and starts at once when connected, and stops with the database', async () => {
    const database = await connectedDatabase(store)
    const plugin = new SchedulerPlugin()
    expect(await database.usePlugin(plugin)).toBe(plugin)
    expect(database.plugins).toEqual({ scheduler: plugin })
    await database.disconnect()
    expect(plugin.steps).toEqual(['install true ', 'start', 'stop'])
  })

  it('waits for connect otherwise, when the resources are known', async () => {
    await (await connectedDatabase(store)).createResource({ name: 'numbers', attributes })
    const database = new Database({ store })
    const plugin = await database.usePlugin(new SchedulerPlugin(), 'mine')
    expect(plugin.steps).toEqual([])
    await database.connect()
    await database.uninstallPlugin('mine')
    expect(plugin.steps).toEqual(['install true numbers', 'start', 'stop'])
  })

  it('may be left to the constructor', async () => {
    const plugin = new SchedulerPlugin()
    const database = new Database({ store, plugins: [plugin] })
    expect(database.plugins).toEqual({ scheduler: plugin })
    await database.connect()
    await database.disconnect()
    expect(plugin.steps).toEqual(['install true ', 'start', 'stop'])
    expect(() => new Database({ store, plugins: [plugin, new SchedulerPlugin()] })).toThrow(
      "there is a plugin 'scheduler' already",
    )
    expect(() => new Database({ store, plugins: [{}] as never })).toThrow('expected a plugin')
  })

  it('makes connect fail, and leaves nothing connected, when it fails there', async () => {
    const database = new Database({ store })
    await database.usePlugin({ install: () => Promise.reject(new Error('no')) }, 'bad')
    await expect(database.connect()).rejects.toMatchObject({ code: 'PLUGIN_FAILED' })
    expect(database.connected).toBe(false)
  })
})
