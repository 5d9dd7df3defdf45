import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@s3sched/kernel/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFileStore } from './file/file-store.ts'
import { toStoreError as fileError } from './file/file-error.ts'
import { createMemoryStore } from './memory-store.ts'
import { openStore } from './open-store.ts'
import { toStoreError } from './s3/s3-error.ts'
import { StoreError } from './store-error.ts'
import { withinTime } from './within-time.ts'

async function errorOf(work: () => unknown): Promise<StoreError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof StoreError) return error
    throw error
  }
  throw new Error('there was no error')
}

describe('a connection string that makes no sense', () => {
  it.each([
    'bucket',
    'S4://bucket',
    'memory://x y',
    'file://',
    'file:///tmp/%00',
    'file:///tmp?x=1',
    's3://',
    's3://ab',
    'http://host',
    's3://key@bucket',
    's3://key:Sup3rSecret@bucket?region=',
    's3://key:Sup3rSecret@bucket?regoin=a',
    's3://key:Sup3rSecret@bucket?region=a&region=b',
    's3://key:Sup3rSecret@bucket?profile=a',
    's3://key:Sup3rSecret%@bucket',
    's3://bucket?sessionToken=Sup3rSecret',
    's3://bucket?endpoint=nohost',
    's3://bucket?endpoint=http://u:Sup3rSecret@host',
    's3://bucket?forcePathStyle=maybe',
    's3://bucket/pre//fix',
    'http://host/bucket?endpoint=http://other',
  ])('%s is refused with advice, and without its secret', async (connection) => {
    const { code, message, problem, suggestion } = await errorOf(() => openStore(connection))
    expect(code).toBe('INVALID_CONNECTION')
    expect(suggestion).toMatch(/\S/)
    expect(message).toBe(`${problem}. ${suggestion}`)
    expect(message).not.toContain('Sup3rSecret')
    expect(suggestion).not.toContain('***')
  })

  it.each([{ client: {}, bucket: 'b' }, { client: { send: () => 1 }, bucket: '' }, 7])('%j', async (given) => {
    const { code, suggestion } = await errorOf(() => openStore(given as never))
    expect(code).toBe('INVALID_CONNECTION')
    expect(suggestion).toMatch(/\S/)
  })
})

describe('a server', () => {
  const advice = (name: string, message: string, status?: number): string | undefined =>
    toStoreError({ name, message, ...(status === undefined ? {} : { status }) }, 'GET "a" in s3://b', (text) => text)
      .suggestion

  it.each([
    ['NoSuchBucket', 404, /Create the bucket/],
    ['SignatureDoesNotMatch', 403, /Check the key/],
    ['AccessDenied', 403, /Grant s3:GetObject/],
    ['PermanentRedirect', 301, /region/],
    ['RequestTimeTooSkewed', 403, /clock/],
    ['SlowDown', 503, /Try later/],
    ['InternalError', 500, /Try later/],
    ['ECONNRESET', undefined, /network/],
    ['ECONNREFUSED', undefined, /endpoint/],
    ['TimeoutError', undefined, /network/],
    ['EntityTooLarge', 400, /limit/],
    ['SomethingNew', 418, /documentation/],
    ['SomethingNew', undefined, /documentation/],
  ] as const)('that answers %s %s gets an error with advice', (name, status, expected) => {
    expect(advice(name, 'no', status)).toMatch(expected)
  })

  it('that speaks another protocol is called no S3 server, without the advice of the SDK', () => {
    const said =
      '@aws-sdk XML parse error: mismatched tags <meta> and </head>.\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.'
    const error = toStoreError({ name: 'Error', message: said, status: 404 }, 'LIST "" in s3://b', (text) => text)
    expect(error).toMatchObject({ code: 'CORRUPT', suggestion: expect.stringContaining('as S3 does') as string })
    expect(error.message).not.toMatch(/hidden field|\n/)
  })

  it('without a region is told apart from a wrong region', () => {
    expect(advice('Error', 'Region is missing')).toContain('AWS_REGION')
  })
})

describe('a folder', () => {
  it('that is a file, or that no folder can be made in, is refused with advice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-advice-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'file'), '')
    const onFile = createFileStore(join(folder, 'file'))
    expect(await errorOf(() => onFile.get('a'))).toMatchObject({
      code: 'INVALID_CONNECTION',
      message: expect.stringContaining(join(folder, 'file')) as string,
      suggestion: expect.stringContaining('choose another folder') as string,
    })
    const holdsOther = createFileStore(folder)
    expect(await errorOf(() => holdsOther.put('a', new Uint8Array()))).toMatchObject({
      suggestion: expect.stringContaining('empty') as string,
    })
  })

  it.each(['ENOENT', 'EROFS', 'EACCES', 'EIO', 'ENOSYS', 'EWEIRD'])('whose system says %s gets advice', (code) => {
    const error = fileError(Object.assign(new Error(`${code}: no`), { code, syscall: 'mkdir' }), 'put a in file:///x')
    expect((error as StoreError).suggestion).toMatch(/folder|disk|system/)
    expect((error as StoreError).suggestion).not.toMatch(/cause/)
  })
})

it('a closed store, a bad key and a silent store say what to do', async () => {
  const clock = createManualClock(0)
  const store = createMemoryStore({ clock })
  const key = await errorOf(() => store.get('/a'))
  await store.close()
  const closed = await errorOf(() => store.get('a'))
  const silent = errorOf(() => withinTime(clock, 'get a', { timeoutMs: 100 }, () => new Promise(() => undefined)))
  await clock.advance(100)
  for (const error of [key, closed, await silent]) expect(error.suggestion).toMatch(/\S/)
})
