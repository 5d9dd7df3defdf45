import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { S3Client } from '@aws-sdk/client-s3'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { openStore, StoreError, type ObjectStore } from '../src/index.ts'
import { startS3Server, type S3FaultChances, type S3Server } from '../src/testing/index.ts'

/** The number of seeds; every seed is a server with its own sequence of faults. */
const SEEDS = casesOf(10)

const noJitter = { float: () => 0, id: () => 'unused' }
const WRITERS = 4
const ADDED = 6

const FAULTS: S3FaultChances = {
  lostBefore: 0.05,
  lostAfter: 0.08,
  late: 0.05,
  internalError: 0.03,
  internalErrorAfter: 0.05,
  conflict: 0.05,
  slowDown: 0.03,
  tooManyRequests: 0.03,
  truncatedBody: 0.05,
}

/** The outcomes of the writers, by the line that a write added. */
interface Story {
  readonly written: string[]
  /** Answered `conflict`, and the line was not there. */
  readonly refused: string[]
  /** Answered `conflict`, while the object held the very bytes of the write. */
  readonly deceived: string[]
}

/**
 * Adds lines to one object by compare-and-swap. After a conflict the writer checks if its line was there in between.
 */
async function addLines(store: ObjectStore, writer: number, story: Story): Promise<void> {
  for (let added = 0, tries = 0; added < ADDED; tries++) {
    const line = `writer ${writer} try ${tries}`
    const { text, etag } = await read(store)
    const next = `${text}${line}\n`
    const condition = etag === undefined ? { ifAbsent: true as const } : { ifMatch: etag }
    const { outcome } = await store.put('lines', new TextEncoder().encode(next), { condition })
    if (outcome === 'unknown') continue
    const now = outcome === 'conflict' ? (await read(store)).text : next
    if (outcome === 'conflict' && now === next) story.deceived.push(line)
    const landed = now.includes(`${line}\n`)
    if (landed) added++
    ;(landed ? story.written : story.refused).push(line)
  }
}

async function read(store: ObjectStore): Promise<{ text: string; etag: string | undefined }> {
  const got = await store.get('lines')
  if (got.outcome !== 'found') return { text: '', etag: undefined }
  return { text: new TextDecoder().decode(got.body), etag: got.etag }
}

/** The contradictions between a story and the final lines. */
function problemsOf(story: Story, lines: readonly string[]): string[] {
  const there = new Set(lines)
  return [
    ...story.written.filter((line) => !there.has(line)).map((line) => `lost: ${line}`),
    ...story.refused.filter((line) => there.has(line)).map((line) => `there, though refused: ${line}`),
    ...story.deceived.map((line) => `told a conflict with itself: ${line}`),
    ...lines.filter((line, index) => lines.indexOf(line) !== index).map((line) => `doubled: ${line}`),
  ]
}

async function problemsWith(seed: number, open: (server: S3Server) => ObjectStore): Promise<string[]> {
  await using server = await startS3Server({ random: createSeededRandom(seed), faults: FAULTS })
  const store = open(server)
  const story: Story = { written: [], refused: [], deceived: [] }
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => addLines(store, writer, story)))
  await store.close()
  const lines = (server.text('lines') ?? '').split('\n').filter((line) => line !== '')
  return problemsOf(story, lines)
}

/** A client that retries three times by itself, at once, and shows its last answer only. */
function openRetrying(server: S3Server): ObjectStore {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 })
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    retryStrategy: {
      acquireInitialRetryToken: async () => token(0),
      refreshRetryTokenForRetry: async (last, { errorType }) => {
        if (errorType === 'CLIENT_ERROR' || last.getRetryCount() >= 3) throw new Error('no more')
        return token(last.getRetryCount() + 1)
      },
      recordSuccess: () => undefined,
    },
  })
  const store = openStore({ client, bucket: server.bucket }, { random: noJitter })
  return {
    ...store,
    close: async () => {
      await store.close()
      client.destroy()
    },
  }
}

/** A wrong driver: repeats a PUT until there is an answer, and trusts the answer. */
function openGullible(server: S3Server): ObjectStore {
  const store = openStore(server.connection, { random: noJitter })
  return {
    ...store,
    async put(key, body, { condition } = {}) {
      const header = condition === undefined || 'ifAbsent' in condition ? 'if-none-match' : 'if-match'
      const value = condition === undefined || 'ifAbsent' in condition ? '*' : condition.ifMatch
      for (;;) {
        const request = { method: 'PUT', headers: { [header]: value }, body: Buffer.from(body) }
        const response = await fetch(`${server.endpoint}/bucket/${key}`, request).catch(() => undefined)
        if (response?.status === 200) return { outcome: 'written', etag: response.headers.get('etag') ?? '' }
        if (response?.status === 412) return { outcome: 'conflict' }
      }
    },
  }
}

describe('loses and doubles no write, and is told no conflict with itself, when answers get lost', () => {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed + 1)

  it.each(seeds)('by a connection string (seed %i)', async (seed) => {
    const open = ({ connection }: S3Server): ObjectStore => openStore(connection, { random: noJitter })
    expect(await problemsWith(seed, open)).toEqual([])
  })

  it.each(seeds)("by somebody's client that retries (seed %i)", async (seed) => {
    expect(await problemsWith(seed, openRetrying)).toEqual([])
  })

  it('which a driver that believes the answer to a second try is caught at', async () => {
    const problems = [...(await problemsWith(1, openGullible)), ...(await problemsWith(2, openGullible))]
    expect(problems.join('\n')).toMatch(/told a conflict with itself/)
  })

  it('and so are lost, doubled and denied lines', () => {
    const story: Story = { written: ['a', 'b'], refused: ['c'], deceived: [] }
    expect(problemsOf(story, ['a', 'c', 'c'])).toEqual(['lost: b', 'there, though refused: c', 'doubled: c'])
    expect(problemsOf(story, ['b', 'a'])).toEqual([])
  })
})

it('throws only errors of its own, whatever the server does', async () => {
  const faults = { lostBefore: 0.4, internalError: 0.2, truncatedBody: 0.2, slowDown: 0.1 }
  await using server = await startS3Server({ random: createSeededRandom(3), faults })
  const store = openStore(server.connection, { random: noJitter })
  const thrown: unknown[] = []
  const note = (error: unknown): void => void thrown.push(error)
  const call = { timeoutMs: 40 }
  for (let round = 0; round < 20; round++) {
    await store.put(`k${round}`, new TextEncoder().encode('x'), call).catch(note)
    await store.get(`k${round}`, call).catch(note)
    await store.delete([`k${round}`, 'other'], call).catch(note)
  }
  await store.close()
  expect(thrown.filter((error) => !(error instanceof StoreError && error.retriable))).toEqual([])
})
