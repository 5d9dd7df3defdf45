import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { silentLogger } from '@s3sched/kernel'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { createMemoryStore, listAll, openStore, probeStore, StoreError, type ObjectStore } from '../index.ts'
import type { S3Server, S3Wrong } from '../testing/index.ts'
import { createServers } from '../../test/served-store.ts'

const { serve, closeLater } = createServers()

async function refusalOf(probing: Promise<unknown>): Promise<StoreError> {
  const error = await probing.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StoreError)
  return error as StoreError
}

describe('a wrong server is refused in its own words', () => {
  const refused: readonly (readonly [S3Wrong, string, RegExp])[] = [
    ['conditionsIgnored', 'ignores-conditions', /creation of a key that existed and to an update with a stale ETag/],
    ['createConditionIgnored', 'ignores-create-condition', /honours If-Match, but .* creation/],
    ['updateConditionIgnored', 'ignores-update-condition', /honours If-None-Match, but .* stale ETag/],
    [
      'racingCreates',
      'racing-creates',
      /of 8 writers that raced to create one object, it told [2-8] that they had won/,
    ],
    [
      'racingUpdates',
      'racing-updates',
      /of 8 writers that raced to update one object, it told [2-8] that they had won/,
    ],
    ['ifMatchNeverMatches', 'never-matches', /the very ETag that it had given.*upgrade it/],
    ['updateCreates', 'creates-by-update', /created an object by an update/],
    ['tornReads', 'torn-reads', /bytes that no successful write had/],
    ['staleReads', 'stale-reads', /the object as it was before.*cache or the replica/],
    ['newEtagOnOldBody', 'etag-ahead-of-body', /an old body under the ETag of the new one/],
  ]
  it.each(refused)('%s', async (wrong, violation, words) => {
    const { server, store } = await serve({ wrong })
    const error = await refusalOf(probeStore(store))
    expect(error).toMatchObject({ code: 'UNSUPPORTED', retriable: false, context: { violation } })
    expect(error.message).toMatch(words)
    expect(error.message).toContain(server.endpoint)
    expect(server.keys()).toEqual([expect.stringMatching(/^probe-refused\/\w+\.json$/)])
  })

  it('noListEtags', async () => {
    const { store } = await serve({ wrong: 'noListEtags' })
    const error = await refusalOf(probeStore(store))
    expect(error).toMatchObject({ code: 'UNSUPPORTED' })
    expect(error.message).toMatch(/has no ETag/)
  })

  it('checksumTrailer411, when the client insists on trailers', async () => {
    const { server } = await serve({ wrong: 'checksumTrailer411' })
    const store = openStore({ client: trailingClient(server), bucket: server.bucket })
    const error = await refusalOf(probeStore(store))
    expect(error).toMatchObject({ code: 'UNSUPPORTED' })
    expect(error.message).toMatch(/requestChecksumCalculation to 'WHEN_REQUIRED'/)
  })
})

function trailingClient(server: S3Server): S3Client {
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as unknown as { request: { method: string; headers: Record<string, string> } }
      if (request.method === 'PUT') request.headers['x-amz-trailer'] = 'x-amz-checksum-crc32'
      return next(args)
    },
    { step: 'build' },
  )
  closeLater(async () => client.destroy())
  return client
}

it('a server that is known to race seldom is refused by what its answers look like', async () => {
  const fourfold = Buffer.from('C9C1'.repeat(4)).toString('base64')
  const { store } = await serve({ headers: { 'x-amz-request-id': 'C9C1', 'x-amz-id-2': fourfold } })
  const error = await refusalOf(probeStore(store, { patienceMs: 0 }))
  expect(error).toMatchObject({ code: 'UNSUPPORTED', context: { violation: 'known-wrong' } })
  expect(error.message).toMatch(/gofakes3.*rclone serve s3/)
})

describe('a server that races seldom', () => {
  it('passes a short probe, and is found by a long one', async () => {
    const options = { wrong: 'racingUpdates', raceChance: 1 / 50, random: createSeededRandom(5) } as const
    const { store } = await serve(options)
    await expect(probeStore(store, { rounds: 3, cache: false })).resolves.toMatchObject({ rounds: 3 })
    const error = await refusalOf(probeStore(store, { rounds: 228 }))
    expect(error.context['violation']).toBe('racing-updates')
  })
})

describe('a refusal', () => {
  const racing = (seed: number) =>
    ({ wrong: 'racingUpdates', raceChance: 1 / 4, random: createSeededRandom(seed) }) as const

  it('is not forgotten by restarts: what races seldom is never accepted by luck', async () => {
    const { store } = await serve(racing(7))
    await refusalOf(probeStore(store, { rounds: 100 }))
    for (let restart = 0; restart < casesOf(10); restart++) {
      expect(await refusalOf(probeStore(store))).toMatchObject({ context: { violation: 'racing-updates' } })
    }
  })

  it('takes many right rounds to overcome, which is said, and then one look', async () => {
    const { server, store } = await serve({ wrong: 'createConditionIgnored' })
    await refusalOf(probeStore(store))
    const right = { ...createMemoryStore(), description: store.description }
    for (const key of server.keys()) {
      const got = await store.get(key)
      if (got.outcome === 'found') await right.put(key, got.body)
    }
    const warned: string[] = []
    const logger = { ...silentLogger, warn: (message: string) => void warned.push(message) }
    const report = await probeStore(right, {}, { logger })
    expect(report).toMatchObject({ remembered: false, rounds: 200, warnings: [expect.stringContaining('was refused')] })
    expect(warned).toEqual([expect.stringContaining('it is accepted when 200 rounds in a row are right')])
    expect(await probeStore(right)).toMatchObject({ remembered: true, rounds: 200 })
  })

  it('outlives a pass that was found at the same time', async () => {
    const store = createMemoryStore()
    const wrong: ObjectStore = { ...store, put: (key, body) => store.put(key, body) }
    await probeStore(store)
    await refusalOf(probeStore(wrong, { cache: false }))
    await store.put('probe.json', new TextEncoder().encode(JSON.stringify(pass)))
    expect(await probeStore(store)).toMatchObject({ remembered: false, rounds: 200 })
  })

  const pass = {
    v: 1,
    nonce: 'n',
    where: 'memory',
    rounds: 3,
    writers: 8,
    checkedAt: 0,
    warnings: [],
    overcame: null,
  }
})

describe('lists', () => {
  it('that walk folders are found out, although each page is in order', async () => {
    const inner = createMemoryStore()
    const bySegment = (key: string): string => key.replaceAll('/', '\0')
    const store: ObjectStore = {
      ...inner,
      async *list(prefix, { startAfter = '', limit = Infinity } = {}) {
        const objects = (await listAll(inner, prefix))
          .toSorted((a, b) => (bySegment(a.key) < bySegment(b.key) ? -1 : 1))
          .filter(({ key }) => bySegment(key) > bySegment(startAfter))
        yield { objects: objects.slice(0, limit) }
      },
    }
    const error = await refusalOf(probeStore(store))
    expect(error.context).toMatchObject({ violation: 'listing' })
    expect(error.message).toMatch(/not in the order of their bytes/)
  })

  it('that overlook limits are found out', async () => {
    const inner = createMemoryStore()
    const store: ObjectStore = { ...inner, list: (prefix, options) => inner.list(prefix, { ...options, limit: 1000 }) }
    expect((await refusalOf(probeStore(store))).message).toMatch(/limited to 1 object gave 2/)
  })
})
