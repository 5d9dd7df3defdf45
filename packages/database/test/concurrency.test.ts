import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Database, type Resource } from '@s3sched/database'
import { listAll, openStore } from '@s3sched/store'
import { createYieldingClock } from './yielding-clock.ts'

const CLIENTS = 6
const CHANGES = 8

const STORES = {
  'memory://': async () => `memory://concurrency-${Math.random()}`,
  'file://': async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-database-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    return `file://${folder}`
  },
}

async function clientsOf(connectionString: string): Promise<{ databases: Database[]; resources: Resource[] }> {
  const clients = Array.from({ length: CLIENTS }, async () => {
    // Shortens only the waits between attempts, not the waits of the store.
    const store = openStore(connectionString)
    const database = new Database({ store, clock: createYieldingClock(), maxUpdateAttempts: 500 })
    await database.connect()
    onTestFinished(() => store.close())
    const definition = { name: 'things', attributes: { n: 'number', color: 'string|optional' }, partitions: ['color'] }
    return { database, resource: await database.createResource(definition) }
  })
  const made = await Promise.all(clients)
  return { databases: made.map(({ database }) => database), resources: made.map(({ resource }) => resource) }
}

describe.each(Object.entries(STORES))('several clients of one %s', (_scheme, connectionString) => {
  it('lose no update of one document', async () => {
    const { resources } = await clientsOf(await connectionString())
    await resources[0]?.insert({ id: 'counter', n: 0 })
    await Promise.all(
      resources.map(async (resource) => {
        for (let change = 0; change < CHANGES; change++)
          await resource.update('counter', ({ n }) => ({ n: Number(n) + 1 }))
      }),
    )
    expect(await resources[0]?.get('counter')).toMatchObject({ n: CLIENTS * CHANGES })
  })

  it('insert a document once', async () => {
    const { resources } = await clientsOf(await connectionString())
    const attempts = await Promise.allSettled(resources.map((resource, n) => resource.insert({ id: 'once', n })))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason as unknown] : []))
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'ALREADY_EXISTS' }) as unknown))
  })

  it.each([
    ['updates', false],
    ['updates and deletions', true],
  ])('leave every document in its partition and in no other, however their %s interleave', async (_, deletes) => {
    const { databases, resources } = await clientsOf(await connectionString())
    const colors = ['red', 'green', 'blue']
    let deletions = 0
    await Promise.all(
      resources.map(async (resource, client) => {
        for (let change = 0; change < CHANGES; change++) {
          const id = `d${(client + change) % 2}`
          if (deletes && (client + change) % 5 === 4) {
            await resource.deleteMany([id])
            deletions++
          } else await resource.upsert({ id, n: change, color: colors[(client * 7 + change * 3) % 3] })
        }
      }),
    )
    const [resource] = resources
    for (const color of colors) {
      const indexed = await resource?.listIds({ partition: 'byColor', partitionValues: { color } })
      expect(indexed).toEqual((await resource?.query({ color }))?.map(({ id }) => id))
    }
    const entries = await listAll((databases[0] as Database).store, 's3sched/resources/things/partitions/')
    // A delete during a rewrite leaves an entry unknown to the delete; reindex() finds such entries.
    const tooMany = entries.length - ((await resource?.count()) ?? -1)
    expect(tooMany).toBeGreaterThanOrEqual(0)
    expect(tooMany).toBeLessThanOrEqual(deletions)
  })

  it("keep each other's definitions", async () => {
    const { databases } = await clientsOf(await connectionString())
    await Promise.all(databases.map((database, n) => database.createResource({ name: `own-${n}`, attributes: {} })))
    const [database] = databases
    await database?.disconnect()
    await database?.connect()
    expect(Object.keys(database?.resources ?? {})).toHaveLength(CLIENTS + 1)
  })
})
