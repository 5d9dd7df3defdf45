import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createBucket } from '@s3sched-tooling/minio'
import { Database } from '@s3sched/database'

const CLIENTS = 4
const CHANGES = 5

describe.skipIf(!inject('minio'))('on S3', () => {
  async function connect(connectionString: string): Promise<Database> {
    const database = new Database({ connectionString, maxUpdateAttempts: 200 })
    await database.connect()
    onTestFinished(() => database.disconnect())
    return database
  }

  it('keeps and finds documents, for every process that connects', async () => {
    const { connectionString } = await createBucket()
    const one = await connect(connectionString)
    const people = await one.createResource({
      name: 'people',
      attributes: { name: 'string', born: 'date|optional', city: 'string|optional' },
      partitions: ['city'],
      timestamps: true,
    })
    await people.insertMany([
      { id: 'ada/../1', name: 'Ada', city: 'London', born: new Date('1815-12-10') },
      { id: 'bob', name: 'Bob', city: 'Rome' },
    ])
    const other = (await connect(connectionString)).resource('people')
    expect(await other.get('ada/../1')).toMatchObject({ name: 'Ada', born: new Date('1815-12-10') })
    expect(await other.query({ born: { $lt: new Date('1900-01-01') } })).toHaveLength(1)
    await other.update('bob', { city: 'London' })
    expect(await people.listIds({ partition: 'byCity', partitionValues: { city: 'London' } })).toEqual([
      'ada/../1',
      'bob',
    ])
    expect(await people.listIds({ partition: 'byCity', partitionValues: { city: 'Rome' } })).toEqual([])
    expect(await people.deleteMany(['bob', 'nobody'])).toEqual({ deleted: 1 })
    expect(await other.count()).toBe(1)
  })

  it('loses no update of several clients', async () => {
    const { connectionString } = await createBucket()
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(connectionString)))
    const counters = await Promise.all(
      clients.map((database) => database.createResource({ name: 'counters', attributes: { n: 'number' } })),
    )
    await counters[0]?.insert({ id: 'visits', n: 0 })
    await Promise.all(
      counters.map(async (counter) => {
        for (let change = 0; change < CHANGES; change++)
          await counter.update('visits', ({ n }) => ({ n: Number(n) + 1 }))
      }),
    )
    expect(await counters[0]?.get('visits')).toMatchObject({ n: CLIENTS * CHANGES })
  })

  it('says what is wrong when it can not connect', async () => {
    const { connectionString } = await createBucket()
    const wrongKey = connectionString.replace(/:[^:@/]+@/, ':wrong@')
    await expect(new Database({ connectionString: wrongKey }).connect()).rejects.toMatchObject({ code: 'CREDENTIALS' })
  })
})
