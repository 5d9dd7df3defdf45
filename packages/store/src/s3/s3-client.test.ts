import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../open-store.ts'
import { startS3Server, type S3Server } from '../testing/index.ts'

const body = new TextEncoder().encode('{"nonce":"mine"}')
const ifAbsent = { condition: { ifAbsent: true } } as const

function clientFor({ endpoint }: S3Server, maxAttempts: number): S3Client {
  return new S3Client({
    endpoint,
    maxAttempts,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}

describe("somebody's own client", () => {
  it('that retries by itself, and gets a 412 to its own write, has written', async () => {
    await using server = await startS3Server()
    const client = clientFor(server, 3)
    const store = openStore({ client, bucket: server.bucket })
    server.script('PUT', 'lostAfter')
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'written' })
    expect(server.requests).toMatchObject({ PUT: 2, GET: 1 })
    client.destroy()
  })

  it('that retries by itself, and meets the write of somebody else, has a conflict', async () => {
    await using server = await startS3Server()
    const client = clientFor(server, 3)
    const store = openStore({ client, bucket: server.bucket })
    await store.put('k', new TextEncoder().encode('theirs'))
    server.script('PUT', 'lostBefore')
    expect(await store.put('k', body, ifAbsent)).toMatchObject({ outcome: 'conflict' })
    client.destroy()
  })

  it('costs no read when it tried once', async () => {
    await using server = await startS3Server()
    const client = clientFor(server, 3)
    const store = openStore({ client, bucket: server.bucket })
    await store.put('k', body, ifAbsent)
    expect(await store.put('k', body.slice(1), ifAbsent)).toMatchObject({ outcome: 'conflict' })
    expect(server.requests).toMatchObject({ PUT: 2, GET: 0 })
    client.destroy()
  })

  it('is refused by a server that contradicts itself, instead of being told a conflict', async () => {
    await using server = await startS3Server({ wrong: 'ifMatchNeverMatches' })
    const client = clientFor(server, 3)
    const store = openStore({ client, bucket: server.bucket }, { random: { float: () => 0, id: () => 'unused' } })
    const put = await store.put('k', body)
    server.script('PUT', 'internalError')
    const condition = { ifMatch: put.outcome === 'written' ? put.etag : '' }
    const update = store.put('k', body.slice(1), { condition })
    await expect(update).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    client.destroy()
  })

  it('stays open when the store is closed', async () => {
    await using server = await startS3Server()
    const client = clientFor(server, 1)
    const first = openStore({ client, bucket: server.bucket, prefix: 'a/' })
    await first.put('k', body)
    await first.close()
    await expect(first.get('k')).rejects.toMatchObject({ code: 'CLOSED' })
    const second = openStore({ client, bucket: server.bucket, prefix: 'a/' })
    expect(await second.get('k')).toMatchObject({ outcome: 'found', body })
    expect(server.keys()).toEqual(['a/k'])
    client.destroy()
  })
})

describe('what openStore refuses besides strings', () => {
  const client = new S3Client({ region: 'here', credentials: { accessKeyId: 'a', secretAccessKey: 'hunter2' } })
  it.each([
    [undefined, /got undefined/],
    [{ endpoint: 'x', secretAccessKey: 'hunter2' }, /an object with \[ 'endpoint', 'secretAccessKey' \]/],
    [{ client, bucket: '' }, /expected bucket/],
    [{ client }, /expected bucket/],
    [{ bucket: 'b' }, /expected client to be an S3Client/],
    [{ client: { secret: 'hunter2' }, bucket: 'b' }, /expected client to be an S3Client/],
  ])('%#', (given, words) => {
    const opening = (): unknown => openStore(given as never)
    expect(opening).toThrow(words)
    expect(opening).toThrow(expect.objectContaining({ code: 'INVALID_CONNECTION' }))
    expect(opening).not.toThrow(/hunter2/)
  })

  it('a prefix without its slash', () => {
    expect(() => openStore({ client, bucket: 'b', prefix: 'p' })).toThrow(
      expect.objectContaining({ code: 'INVALID_KEY' }),
    )
  })

  it('but returns a store as it is', () => {
    const store = openStore('memory://x')
    expect(openStore(store)).toBe(store)
  })
})
