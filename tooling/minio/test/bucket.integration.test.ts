import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { createBucket, type TestBucket } from '@s3sched-tooling/minio'

describe.skipIf(!inject('minio'))('a bucket of a suite', () => {
  let mine: TestBucket
  beforeAll(async () => {
    mine = await createBucket()
  })

  it('keeps objects and honours create-if-absent', async () => {
    const { bucket, client } = mine
    const put = (body: string): Promise<unknown> =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: body, IfNoneMatch: '*' }))
    await put('first')
    await expect(put('second')).rejects.toMatchObject({ name: 'PreconditionFailed' })
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(await got.Body?.transformToString()).toBe('first')
  })

  it('is not the bucket of another suite', async () => {
    const other = await createBucket()
    await mine.client.send(new PutObjectCommand({ Bucket: mine.bucket, Key: 'only-mine', Body: 'x' }))
    const listed = await other.client.send(new ListObjectsV2Command({ Bucket: other.bucket }))
    expect(listed.KeyCount).toBe(0)
  })

  it('names itself by a connection string that has everything in it', () => {
    const url = new URL(mine.connectionString)
    expect(url.hostname).toBe(mine.bucket)
    expect(url.searchParams.get('endpoint')).toBe(inject('minio')?.endpoint)
    expect(url.username).toBe(inject('minio')?.accessKeyId)
  })
})
