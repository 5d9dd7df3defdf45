import { ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { createBucket } from '@s3sched-tooling/minio'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { describe, expect, inject, it } from 'vitest'
import { listAll, openStore, probeStore } from '../src/index.ts'
import { createCountingStore, describeStoreConformance } from '../src/testing/index.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe.skipIf(!inject('minio'))('on MinIO', () => {
  // MinIO keeps objects as files: a key can't be a folder at the same time.
  const options = { keysBelowKeys: false }
  describeStoreConformance(
    'the S3 driver by a connection string',
    { describe, it, expect },
    async () => ({ store: openStore((await createBucket()).connectionString) }),
    options,
  )
  // The same driver with the defaults of the SDK.
  if (shareOf('repeats') > 0) {
    describeStoreConformance(
      "the S3 driver by somebody's client that retries",
      { describe, it, expect },
      async () => {
        const { client, bucket } = await createBucket()
        return { store: openStore({ client, bucket }) }
      },
      options,
    )
  }

  it('the probe accepts it, and remembers', async () => {
    const { connectionString } = await createBucket()
    const store = openStore(connectionString)
    expect(await probeStore(store, { rounds: 10 })).toMatchObject({ remembered: false, rounds: 10, warnings: [] })
    expect((await listAll(store, '')).map(({ key }) => key)).toEqual(['probe.json'])
    const counting = createCountingStore(store)
    expect(await probeStore(counting.store, { rounds: 10 })).toMatchObject({ remembered: true })
    expect(counting.requests).toMatchObject({ get: 2, put: 0, list: 0, delete: 0 })
    await store.close()
  })

  it('lists and deletes more than a page', async () => {
    const { connectionString } = await createBucket()
    const store = openStore(connectionString.replace('?', '/pre/fix?'))
    const keys = Array.from({ length: 1_105 }, (_, index) => `many/${String(index).padStart(5, '0')}`)
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, encode(key))))
    }
    const listed = await listAll(store, 'many/')
    expect(listed.map(({ key }) => key)).toEqual(keys)
    await store.delete(keys)
    expect(await listAll(store, '')).toEqual([])
    await store.close()
  })

  it('takes a deleted object for an absent one where the bucket keeps versions', async () => {
    const { bucket, client, connectionString } = await createBucket()
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
    const store = openStore(connectionString)
    const create = () => store.put('k', encode('x'), { condition: { ifAbsent: true } })
    const first = await create()
    expect([first.outcome, (await create()).outcome]).toEqual(['written', 'conflict'])
    const etag = first.outcome === 'written' ? first.etag : ''
    await store.delete('k')
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    expect([Versions?.length, DeleteMarkers?.length]).toEqual([1, 1])
    expect(await store.get('k', { ifNoneMatch: etag })).toMatchObject({ outcome: 'missing' })
    expect(await listAll(store, '')).toEqual([])
    expect(await store.put('k', encode('y'), { condition: { ifMatch: etag } })).toMatchObject({ outcome: 'conflict' })
    expect([(await create()).outcome, (await create()).outcome]).toEqual(['written', 'conflict'])
    await store.close()
  })

  it('says what is wrong with credentials and buckets', async () => {
    const { connectionString, bucket } = await createBucket()
    const wrongSecret = openStore(connectionString.replace(/:[^:@]+@/, ':hunter2@'))
    await expect(wrongSecret.get('k')).rejects.toMatchObject({ code: 'CREDENTIALS', retriable: false })
    await expect(wrongSecret.put('k', encode('x'), { condition: { ifAbsent: true } })).rejects.toMatchObject({
      code: 'CREDENTIALS',
    })
    await wrongSecret.close()
    const absent = openStore(connectionString.replace(bucket, 'no-such-bucket'))
    await expect(absent.get('k')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(absent.put('k', encode('x'), { condition: { ifMatch: '"x"' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(listAll(absent, '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await absent.close()
  })
})
