import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { drawFault } from './s3-fault.ts'
import { decodeChunks } from './s3-request.ts'
import { startS3Server, type S3Server } from './s3-server.ts'

function clientFor({ endpoint }: S3Server): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
}

/** A body of unknown content. The SDK sends such a body in chunks, with a checksum in the trailer. */
function streamed(text: string): PutObjectCommand {
  return new PutObjectCommand({
    Bucket: 'bucket',
    Key: 'streamed',
    Body: Readable.from([Buffer.from(text)]),
    ContentLength: Buffer.byteLength(text),
  })
}

describe('for the real SDK', () => {
  it('decodes bodies in chunks', async () => {
    await using server = await startS3Server()
    const client = clientFor(server)
    await client.send(streamed('one two three'))
    expect(server.text('streamed')).toBe('one two three')
    client.destroy()
  })

  it('can be one that takes no trailers', async () => {
    await using server = await startS3Server({ wrong: 'checksumTrailer411' })
    const client = clientFor(server)
    await expect(client.send(streamed('x'))).rejects.toMatchObject({ $metadata: { httpStatusCode: 411 } })
    expect(server.keys()).toEqual([])
    client.destroy()
  })

  it('honours If-Match of a delete, refuses it, or ignores it', async () => {
    const outcomes: unknown[] = []
    for (const wrong of [undefined, 'conditionalDelete501', 'conditionalDeleteIgnored'] as const) {
      await using server = await startS3Server(wrong === undefined ? {} : { wrong })
      const client = clientFor(server)
      await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }))
      const command = new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k', IfMatch: '"stale"' })
      const status = await client.send(command).then(
        ({ $metadata }) => $metadata.httpStatusCode,
        (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
      )
      outcomes.push([status, server.keys().length])
      client.destroy()
    }
    expect(outcomes).toEqual([
      [412, 1],
      [501, 1],
      [204, 0],
    ])
  })

  it('pages through a listing by tokens, in the order of the bytes', async () => {
    await using server = await startS3Server()
    const client = clientFor(server)
    const keys = ['a', 'a/b', 'b&<>', 'z', '\uffee', '\u{1f600}']
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }))
    const listed: (string | undefined)[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', MaxKeys: 2, ContinuationToken }))
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
    expect(listed).toEqual(keys)
    client.destroy()
  })

  it('says the time of its clock', async () => {
    const clock = createManualClock(Date.UTC(2031, 0, 2, 3, 4, 5, 6))
    await using server = await startS3Server({ clock })
    const client = clientFor(server)
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }))
    const { LastModified } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
    expect(LastModified?.toISOString()).toBe('2031-01-02T03:04:05.000Z')
    client.destroy()
  })
})

describe('its faults', () => {
  it('are the same for the same seed', async () => {
    const statuses = async (): Promise<number[]> => {
      const faults = { internalError: 0.3, tooManyRequests: 0.3 }
      await using server = await startS3Server({ random: createSeededRandom(4), faults })
      const seen: number[] = []
      for (let request = 0; request < 20; request++) {
        seen.push((await fetch(`${server.endpoint}/bucket/k`)).status)
      }
      return seen
    }
    const first = await statuses()
    expect(await statuses()).toEqual(first)
    expect(new Set(first)).toEqual(new Set([404, 429, 500]))
  })

  it('come as often as their chance says', () => {
    const random = createSeededRandom(9)
    const drawn = Array.from({ length: 10_000 }, () => drawFault({ lostAfter: 0.2, slowDown: 0.1 }, random))
    expect(drawn.filter((fault) => fault === 'lostAfter').length / 10_000).toBeCloseTo(0.2, 1)
    expect(drawn.filter((fault) => fault === undefined).length / 10_000).toBeCloseTo(0.7, 1)
  })

  it('go from the script first, and then by chance', async () => {
    await using server = await startS3Server()
    server.script('GET', { status: 418, code: 'Teapot' }, undefined, 'slowDown')
    const statuses: number[] = []
    for (let request = 0; request < 4; request++) statuses.push((await fetch(`${server.endpoint}/bucket/k`)).status)
    expect(statuses).toEqual([418, 404, 503, 404])
    expect(server.requests.GET).toBe(4)
  })

  it('apply a late write after the next request', async () => {
    await using server = await startS3Server()
    const put = (text: string): Promise<unknown> =>
      fetch(`${server.endpoint}/bucket/k`, { method: 'PUT', body: text }).catch(() => 'lost')
    server.script('PUT', 'late')
    expect(await put('late')).toBe('lost')
    expect(server.text('k')).toBeUndefined()
    await put('early')
    expect(server.text('k')).toBe('late')
  })
})

it('refuses chunks that are none', () => {
  expect(decodeChunks(Buffer.from('3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n')).toString()).toBe('abc')
  expect(() => decodeChunks(Buffer.from('what is this'))).toThrow(/length of a chunk/)
})
