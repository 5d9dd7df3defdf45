import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { listAll, openStore, type ObjectStore } from '@s3sched/store'
import { startS3Server } from '@s3sched/store/testing'
import type { Measurement } from '../measurement.ts'
import { median } from '../statistics.ts'

const ROUNDS = 400
const WARM_UP = 40

interface Target {
  readonly client: S3Client
  readonly bucket: string
  /** Number of requests sent by the client. */
  readonly sent: () => number
}

/** Calls of the S3 driver beside the same calls of the SDK, by one client. */
export async function measureServer(connection: string | undefined): Promise<readonly Measurement[]> {
  if (connection !== undefined) return measure(connect(connection))
  const server = await startS3Server()
  try {
    return await measure(connect(server.connection))
  } finally {
    await server.close()
  }
}

async function measure({ client, bucket, sent }: Target): Promise<readonly Measurement[]> {
  const store = openStore({ client, bucket, prefix: 'bench/' })
  const gets = await besides(
    async (round) => store.get(await written(store, 'get', round)),
    async (round) => {
      await written(store, 'get', round)
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'bench/get' }))
      return got.Body?.transformToByteArray()
    },
  )
  let ours = await etagOf(store, 'ours')
  let raw = await etagOf(store, 'raw')
  const puts = await besides(
    async (round) => {
      const put = await store.put('ours', bodyOf(round), { condition: { ifMatch: ours } })
      if (put.outcome !== 'written') throw new Error(`expected the put to be written, got ${put.outcome}`)
      ours = put.etag
    },
    async (round) => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: 'bench/raw', Body: bodyOf(round), IfMatch: raw })
      raw = (await client.send(command)).ETag ?? ''
    },
  )
  const counted = async (call: () => Promise<unknown>): Promise<number> => {
    const before = sent()
    await call()
    return sent() - before
  }
  const body = bodyOf(-1)
  const requests: readonly (readonly [name: string, call: () => Promise<unknown>])[] = [
    ['create', () => store.put('new', body, { condition: { ifAbsent: true } })],
    ['a create that conflicts', () => store.put('new', body.slice(1), { condition: { ifAbsent: true } })],
    ['compare-and-swap', async () => store.put('ours', body, { condition: { ifMatch: ours } })],
    ['get', () => store.get('ours')],
    ['get of what is missing', () => store.get('missing')],
    ['list', () => listAll(store, '')],
    ['delete of three', () => store.delete(['new', 'ours', 'raw'])],
  ]
  const budgets: Measurement[] = []
  for (const [name, call] of requests) {
    const value = await counted(call)
    budgets.push({ name: `S3: ${name}`, value, unit: 'requests', atMost: 1 })
  }
  await store.delete('get')
  await store.close()
  client.destroy()
  return [...over('get', gets), ...over('compare-and-swap', puts), ...budgets]
}

function over(name: string, { ours, raw, extra }: Comparison): readonly Measurement[] {
  return [
    { name: `S3: ${name}`, value: ours, unit: 'ms' },
    { name: `S3: ${name} by the SDK alone`, value: raw, unit: 'ms' },
    { name: `S3: ${name}, more than that`, value: extra, unit: 'ms', atMost: Math.max(0.2, raw * 0.05) },
  ]
}

interface Comparison {
  readonly ours: number
  readonly raw: number
  readonly extra: number
}

/** In turns, with the first call alternating, so that both see the same server. Median ms of a call. */
async function besides(
  ours: (round: number) => Promise<unknown>,
  raw: (round: number) => Promise<unknown>,
): Promise<Comparison> {
  const times: { ours: number; raw: number }[] = []
  const time = async (call: typeof ours, round: number): Promise<number> => {
    const from = performance.now()
    await call(round)
    return performance.now() - from
  }
  for (let round = 0; round < ROUNDS; round++) {
    const pair = { ours: 0, raw: 0 }
    for (const which of round % 2 === 0 ? (['ours', 'raw'] as const) : (['raw', 'ours'] as const)) {
      pair[which] = await time(which === 'ours' ? ours : raw, round)
    }
    if (round >= WARM_UP) times.push(pair)
  }
  return {
    ours: median(times.map((pair) => pair.ours)),
    raw: median(times.map((pair) => pair.raw)),
    extra: median(times.map((pair) => pair.ours - pair.raw)),
  }
}

/** A client for a connection string. Credentials come from the string, else from the environment. */
function connect(connection: string): Target {
  const url = new URL(connection)
  const byAddress = url.protocol !== 's3:'
  const endpoint = byAddress ? `${url.protocol}//${url.host}` : url.searchParams.get('endpoint')
  const [accessKeyId, secretAccessKey] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  const client = new S3Client({
    region: url.searchParams.get('region') ?? 'us-east-1',
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === '' ? {} : { credentials: { accessKeyId, secretAccessKey } }),
  })
  let sent = 0
  client.middlewareStack.add((next) => (args) => (sent++, next(args)), { step: 'finalizeRequest' })
  return { client, bucket: byAddress ? (url.pathname.split('/')[1] ?? '') : url.hostname, sent: () => sent }
}

/** Writes the object in the first round, for all rounds. */
async function written(store: ObjectStore, key: string, round: number): Promise<string> {
  if (round === 0) await store.put(key, bodyOf(0))
  return key
}

async function etagOf(store: ObjectStore, key: string): Promise<string> {
  const put = await store.put(key, bodyOf(-2))
  return put.outcome === 'written' ? put.etag : ''
}

function bodyOf(nonce: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: 1, nonce, padding: 'x'.repeat(300) }))
}
