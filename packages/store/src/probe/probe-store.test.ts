import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryStore, listAll, openStore, probeStore, StoreError, type ObjectStore } from '../index.ts'
import {
  createCountingStore,
  startS3Server,
  type S3Server,
  type S3ServerOptions,
  type S3Wrong,
} from '../testing/index.ts'

const noJitter = { float: () => 0, id: () => 'unused' }
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function serve(options: S3ServerOptions = {}): Promise<{ server: S3Server; store: ObjectStore }> {
  const server = await startS3Server(options)
  const store = openStore(server.connection, { random: noJitter })
  open.push(() => store.close().then(() => server.close()))
  return { server, store }
}

async function refusalOf(probing: Promise<unknown>): Promise<StoreError> {
  const error = await probing.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StoreError)
  return error as StoreError
}

describe('a right server', () => {
  it('is accepted, and nothing but the result stays behind', async () => {
    const { server, store } = await serve()
    const report = await probeStore(store)
    expect(report).toMatchObject({ remembered: false, rounds: 3, writers: 8, warnings: [], where: store.description })
    expect(server.keys()).toEqual(['probe.json'])
  })

  it('costs two GETs the next time', async () => {
    const { store, requests, reset } = createCountingStore(createMemoryStore())
    const first = await probeStore(store)
    reset()
    expect(await probeStore(store)).toEqual({ ...first, remembered: true })
    expect(requests).toEqual({ get: 2, notModified: 0, put: 0, delete: 0, list: 0 })
  })

  it('is probed again for more rounds than are remembered, on demand, and when the bucket was copied elsewhere', async () => {
    const store = createMemoryStore()
    await probeStore(store)
    expect(await probeStore(store, { rounds: 5 })).toMatchObject({ remembered: false, rounds: 5 })
    expect(await probeStore(store, { rounds: 4 })).toMatchObject({ remembered: true, rounds: 5 })
    expect(await probeStore(store, { cache: false })).toMatchObject({ remembered: false })
    expect(await probeStore({ ...store, description: 'another server' })).toMatchObject({ remembered: false })
  })

  it('sweeps what probes of former days left behind', async () => {
    const clock = createManualClock()
    const store = createMemoryStore({ clock })
    await store.put('probe/killed/0.json', new Uint8Array())
    await clock.advance(86_400_001)
    await store.put('probe/running/0.json', new Uint8Array())
    await probeStore(store, {}, { clock })
    expect((await listAll(store, '')).map(({ key }) => key)).toEqual(['probe.json', 'probe/running/0.json'])
  })

  it('leaves nothing behind when nothing is to be remembered', async () => {
    const { server, store } = await serve()
    await probeStore(store, { cache: false, rounds: 1 })
    expect(server.keys()).toEqual([])
  })

  it.each([1, 2, 3])('is accepted over a network that loses answers (seed %i)', async (seed) => {
    const { store } = await serve({
      random: createSeededRandom(seed),
      faults: {
        lostBefore: 0.05,
        lostAfter: 0.08,
        late: 0.03,
        internalErrorAfter: 0.05,
        slowDown: 0.03,
        conflict: 0.05,
      },
    })
    await expect(probeStore(store, {}, { random: noProbeJitter(seed) })).resolves.toMatchObject({ warnings: [] })
  })
})

/** Real names, no waits. */
function noProbeJitter(seed: number): { float: () => number; id: () => string } {
  const random = createSeededRandom(seed)
  return { float: () => 0, id: () => random.id() }
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
  open.push(async () => client.destroy())
  return client
}

describe('what is odd but harmless is accepted', () => {
  const harmless: readonly S3Wrong[] = [
    'refusalInside200',
    'unquotedEtags',
    'contentMd5Demanded',
    'checksumDemanded',
    'conditionalDelete501',
    'conditionalDeleteIgnored',
    'checksumTrailer411',
    'rangesIgnored',
  ]
  it.each(harmless)('%s', async (wrong) => {
    const { store } = await serve({ wrong })
    await expect(probeStore(store)).resolves.toMatchObject({ warnings: [] })
  })

  it('oldEtagOnNewBody, with a warning', async () => {
    const { store } = await serve({ wrong: 'oldEtagOnNewBody' })
    const { warnings } = await probeStore(store)
    expect(warnings[0]).toMatch(/new bytes under the old ETag/)
  })
})

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
    for (let restart = 0; restart < 10; restart++) {
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

describe('trouble', () => {
  it('with the network is thrown once the patience is over, as what it was', async () => {
    const cause = new StoreError('no answer', { code: 'TIMEOUT', retriable: true })
    const store: ObjectStore = { ...createMemoryStore(), put: async () => ({ outcome: 'unknown', cause }) }
    await expect(probeStore(store, { patienceMs: 0 })).rejects.toBe(cause)
  })

  it('with the network is waited for by the clock', async () => {
    const clock = createManualClock()
    const flaky = createMemoryStore()
    let failures = 2
    const store: ObjectStore = {
      ...flaky,
      async put(...args) {
        if (failures-- > 0) throw new StoreError('no network', { code: 'NETWORK', retriable: true })
        return flaky.put(...args)
      },
    }
    const probing = probeStore(store, {}, { clock })
    await clock.advance(1_000)
    await expect(probing).resolves.toMatchObject({ remembered: false })
  })

  it('with the rights is thrown at once', async () => {
    const { server, store } = await serve()
    server.script('PUT', { status: 403, code: 'AccessDenied', message: 'Access Denied' })
    expect(await refusalOf(probeStore(store))).toMatchObject({ code: 'ACCESS_DENIED' })
  })

  it('ends at once when the caller aborts', async () => {
    const { server, store } = await serve({ faults: { blackHole: 1 } })
    const controller = new AbortController()
    const reason = new Error('not now')
    const probing = probeStore(store, { signal: controller.signal })
    await server.received('GET', 1)
    controller.abort(reason)
    await expect(probing).rejects.toBe(reason)
  })

  it('with what was remembered makes it probe again', async () => {
    const store = createMemoryStore()
    await store.put('probe.json', new TextEncoder().encode('{"v":1,"nonce":"x","where":"memory","rounds":"many"}'))
    await expect(probeStore(store)).resolves.toMatchObject({ remembered: false })
  })

  it('with the options names them', async () => {
    await expect(probeStore(createMemoryStore(), { rounds: 0 })).rejects.toThrow(
      'expected rounds to be an integer >= 1',
    )
  })
})
