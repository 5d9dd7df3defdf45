import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createBucket } from '@s3sched-tooling/minio'
import { runStory } from '../src/run-story.ts'

/** npm first installs a missing s3db.js; and s3db.js takes up to 20 s to prepare an empty bucket. */
const PREPARING_MS = 11 * 60_000

/** s3db.js takes the endpoint as the address, and the bucket as its path. */
async function s3dbConnection(): Promise<string> {
  const { bucket, connectionString } = await createBucket()
  const given = new URL(connectionString)
  const url = new URL(`${given.searchParams.get('endpoint')}/${bucket}/app`)
  url.username = given.username
  url.password = given.password
  return url.href
}

describe.skipIf(!inject('minio'))('in the real s3db.js', () => {
  let connection: string
  let facts: unknown

  beforeAll(async () => {
    connection = await s3dbConnection()
    facts = await runStory('facts', connection)
  }, PREPARING_MS)

  it('the facts are those that the decision to open a client of our own rests on', () => {
    expect(facts).toEqual({
      settings: {
        bucket: expect.stringMatching(/^test-/) as string,
        keyPrefix: 'app',
        region: 'us-east-1',
        endpoint: inject('minio')?.endpoint,
        accessKeyId: inject('minio')?.accessKeyId,
        forcePathStyle: true,
        handler: 'ReckerHttpHandler',
      },
      steps: {
        used: ['name tracing', 'install true', 'start'],
        afterDisconnect: [],
        usedBeforeConnect: ['name tracing'],
        inConstructor: ['name tracing', 'install false', 'start', 'stop'],
      },
      // The second asked for b/, and got the answer to the first.
      listings: [['a/1'], ['a/1']],
      readable: 1,
    })
  })

  it.each([
    ['its own HTTP handler', ''],
    ['the plain client of the SDK', '?httpClientOptions.useReckerHandler=false'],
  ])('jobs run on its bucket, below its prefix, with its resources, and end with it (%s)', async (_client, query) => {
    expect(await runStory('schedules', connection + query)).toEqual({
      installedAs: ['scheduler'],
      doubled: 0,
      noted: true,
      listed: true,
      recorded: true,
      startedAfterwards: 0,
      leaseAfterwards: 'free',
      jobs: ['s3sched/jobs/counting.json', 's3sched/jobs/ticking.json'],
    })
  })

  it('two instances run each tick once, and one takes over from the other', async () => {
    expect(await runStory('fleet', connection)).toEqual({ ran: 2, doubled: 0, missed: 0 })
  })

  it('the calls of simple users mean the same as on a database of ours', async () => {
    const { theirs, ours } = (await runStory('moves', connection)) as Record<string, unknown>
    expect(ours).toMatchObject({ count: 3, 'get nobody': 'refused', 'connected afterwards': false })
    expect(ours).toEqual(theirs)
  })

  it('the state is beside a database in memory or in a folder', async () => {
    const [first, second] = [
      { runs: 1, notes: 1 },
      { runs: 2, notes: 2 },
    ]
    expect(await runStory('beside', connection)).toEqual({
      memory: first,
      'the same memory': second,
      'another memory': first,
      file: first,
      'the same file': second,
      beside: true,
    })
  })
})
