import { createSeededRandom } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { openStore, StoreError, type ObjectStore } from '../src/index.ts'
import { startS3Server } from '../src/testing/index.ts'

/** How many seeds; each is a server with its own sequence of faults. */
const SEEDS = Number(process.env['S3SCHED_SEEDS'] ?? 12)

const noJitter = { float: () => 0, id: () => 'unused' }
const WRITERS = 4
const ADDED = 6

interface Story {
  readonly written: string[]
  /** Refused, and on the first reading afterwards the own line was not there. */
  readonly refused: string[]
  readonly unsure: string[]
}

/** Adds lines to one object by compare-and-swap. A conflict whose line is there all the same was a write of its own. */
async function addLines(store: ObjectStore, writer: number, story: Story): Promise<void> {
  for (let added = 0, tries = 0; added < ADDED; tries++) {
    const line = `writer ${writer} try ${tries}`
    const got = await read(store)
    const body = new TextEncoder().encode(`${got.text}${line}\n`)
    const put = await store.put('lines', body, {
      condition: got.etag === undefined ? { ifAbsent: true } : { ifMatch: got.etag },
    })
    if (put.outcome === 'unknown') {
      story.unsure.push(line)
      continue
    }
    const landed = put.outcome === 'written' || (await read(store)).text.includes(`${line}\n`)
    if (landed) added++
    ;(landed ? story.written : story.refused).push(line)
  }
}

async function read(store: ObjectStore): Promise<{ text: string; etag: string | undefined }> {
  const got = await store.get('lines')
  if (got.outcome !== 'found') return { text: '', etag: undefined }
  return { text: new TextDecoder().decode(got.body), etag: got.etag }
}

it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))(
  'loses and doubles no acknowledged write when answers get lost (seed %i)',
  async (seed) => {
    const random = createSeededRandom(seed)
    await using server = await startS3Server({
      random,
      faults: {
        lostBefore: 0.05,
        lostAfter: 0.08,
        late: 0.05,
        internalError: 0.03,
        internalErrorAfter: 0.05,
        conflict: 0.05,
        slowDown: 0.03,
        tooManyRequests: 0.03,
        truncatedBody: 0.05,
      },
    })
    const store = openStore(server.connection, { random: noJitter })
    const story: Story = { written: [], refused: [], unsure: [] }
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => addLines(store, writer, story)))
    server.setFaults({})
    const lines = (await read(store)).text.split('\n').filter((line) => line !== '')
    await store.close()

    expect(new Set(lines).size).toBe(lines.length)
    expect(lines).toEqual(expect.arrayContaining(story.written))
    expect(lines.filter((line) => story.refused.includes(line))).toEqual([])
    expect(story.written).toHaveLength(WRITERS * ADDED)
  },
)

it('catches a driver that believes the answer to a second try', async () => {
  await using server = await startS3Server()
  const store = openStore(server.connection, { random: noJitter })
  const gullible = async (body: Uint8Array): Promise<string> => {
    for (;;) {
      const response = await fetch(`${server.endpoint}/bucket/naive`, {
        method: 'PUT',
        headers: { 'if-none-match': '*' },
        body: Buffer.from(body),
      }).catch(() => undefined)
      if (response !== undefined) return response.ok ? 'written' : 'conflict'
    }
  }
  const body = new TextEncoder().encode('mine')
  server.script('PUT', 'lostAfter')
  expect(await gullible(body)).toBe('conflict')
  expect(server.text('naive')).toBe('mine')

  server.script('PUT', 'lostAfter')
  const put = await store.put('careful', body, { condition: { ifAbsent: true } })
  expect(put).toMatchObject({ outcome: 'written' })
  await store.close()
})

it('throws only errors of its own, whatever the server does', async () => {
  await using server = await startS3Server({
    random: createSeededRandom(3),
    faults: { lostBefore: 0.4, internalError: 0.2, truncatedBody: 0.2, slowDown: 0.1 },
  })
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
