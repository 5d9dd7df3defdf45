import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createMemoryStore, decodeDocument, encodeDocument, type ObjectStore } from '../src/index.ts'
import { createFaultyStore, createStoreHistory, type Faults, type StoreHistory } from '../src/testing/index.ts'

const SEEDS = casesOf(200)
const CLIENTS = 4
const INCREMENTS = 5

const FAULTS: Faults = {
  unavailable: 0.05,
  throttled: 0.05,
  lostRequest: 0.1,
  lostResponse: 0.1,
  lateWrite: 0.1,
  retriedWrite: 0.1,
  truncatedBody: 0.05,
  maxLatencyMs: 100,
  maxNoticeMs: 2000,
  maxLateMs: 5000,
}

/** Increments a counter until `INCREMENTS` increments are acknowledged. An unknown or thrown outcome is tried again. */
async function increment(store: ObjectStore, name: string): Promise<void> {
  for (let told = 0, tries = 0; told < INCREMENTS; tries++) {
    try {
      const got = await store.get('counter')
      if (got.outcome === 'unchanged') continue
      const decoded = got.outcome === 'found' ? decodeDocument(got.body) : undefined
      if (decoded?.outcome === 'unreadable') continue
      const fields = { count: Number(decoded?.fields['count'] ?? 0) + 1 }
      const condition = got.outcome === 'found' ? { ifMatch: got.etag } : ({ ifAbsent: true } as const)
      const put = await store.put('counter', encodeDocument(fields, `${name}.${tries}`), { condition })
      if (put.outcome === 'written') told++
    } catch (error) {
      expect(error).toMatchObject({ retriable: true })
    }
  }
}

async function count(seed: number): Promise<{ readonly found: number; readonly history: StoreHistory }> {
  const clock = createManualClock()
  const random = createSeededRandom(seed)
  const memory = createMemoryStore({ clock })
  const history = createStoreHistory(clock)
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    createFaultyStore(memory, { clock, random, client: `client ${index}`, history, ...FAULTS }),
  )
  const done = new Set<number>()
  const all = clients.map(({ store }, index) => increment(store, `${index}`).finally(() => done.add(index)))
  while (done.size < CLIENTS) {
    const [unlucky] = clients.slice(Math.floor(random.float() * CLIENTS))
    if (random.float() < 0.05) unlucky?.partition(random.float() < 0.5 ? 'requests' : 'responses')
    else unlucky?.heal()
    await clock.advance(500)
  }
  await Promise.all(all)
  await clock.advance(10_000) // for the last of the late writes
  const got = await memory.get('counter')
  const decoded = got.outcome === 'found' ? decodeDocument(got.body) : undefined
  return { found: Number(decoded?.outcome === 'found' && decoded.fields['count']), history }
}

it(`tells the truth about every put, in ${SEEDS} seeds of faults`, async () => {
  const faults = new Set<string | undefined>()
  for (let seed = 0; seed < SEEDS; seed++) {
    const { found, history } = await count(seed)
    const puts = history.calls.filter(({ kind }) => kind === 'put')
    const landed = puts.filter(({ applied }) => applied?.outcome === 'written')
    const told = puts.filter(({ answered }) => answered?.outcome === 'written')
    expect(found, `seed ${seed}`).toBe(landed.length)
    expect(told.length).toBe(CLIENTS * INCREMENTS)
    expect(told.filter((put) => !landed.includes(put))).toEqual([])
    expect(landed.filter(({ answered }) => answered?.outcome === 'conflict' || answered?.outcome === 'threw')).toEqual(
      [],
    )
    for (const { fault } of history.calls) faults.add(fault)
  }
  expect([...faults].map(String).toSorted()).toEqual([
    'lateWrite',
    'lostRequest',
    'lostResponse',
    'partition',
    'retriedWrite',
    'throttled',
    'truncatedBody',
    'unavailable',
    'undefined',
  ])
})
