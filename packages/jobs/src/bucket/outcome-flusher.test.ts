import { readPrunedTo } from '@s3sched/history/segments'
import { silentLogger } from '@s3sched/kernel'
import { StoreError, listAll } from '@s3sched/store'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  claim,
  createRecordsWorld,
  define,
  end,
  NOON,
  type OpenRecords,
  type RecordsWorld,
} from '../../test/open-records.ts'
import { outcomesIn } from './live-outcomes.ts'
import { OutcomeFlusher } from './outcome-flusher.ts'

const DAY = 86_400_000
const LONG = 'x'.repeat(1500)

let world: RecordsWorld
let one: OpenRecords
let flusher: OutcomeFlusher
let runs: number
let now: number
let said: string[]

beforeEach(async () => {
  world = createRecordsWorld()
  one = world.open()
  runs = 0
  now = NOON + 1000
  said = []
  const logger = { ...silentLogger, warn: (message: string) => void said.push(message) }
  flusher = new OutcomeFlusher({ ledger: one.records.pages, store: one.store, logger, now: () => now })
  await one.records.update('a', define())
})

/** Runs with outcomes of 1.6 KB each. */
async function run(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const runId = `r${++runs}`
    const claimed = await one.records.update('a', claim(runId, NOON + runs))
    await one.records.update(
      'a',
      end('a', runId, claimed.record?.fence ?? 0, { result: LONG, scheduledTime: NOON + runs }),
    )
  }
}

const inPage = (): number => [...one.records.pages.knownPages()].flatMap((page) => outcomesIn(page)).length
const segments = async (): Promise<number> => (await listAll(world.shared, 'segments/')).length

describe('a page with many outcomes', () => {
  it('hands them to a segment once they are ten minutes old, and drops them with a later commit', async () => {
    await run(10)
    await flusher.idle()
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 10, segments: 0 })
    await run(20)
    await world.clock.advance(0)
    expect(await segments()).toBe(0)
    now += 10 * 60_000
    await run(1)
    await world.clock.advance(0)
    expect(await segments()).toBeGreaterThan(0)
    const idle = flusher.idle()
    await world.clock.advance(10_000)
    await idle
    expect(inPage()).toBeLessThan(31)
    // The next flush needs a page that is large again.
    expect(await segments()).toBeLessThanOrEqual(2)
  })

  it('hands them over at a quarter of the usual size where the page fills within seconds', async () => {
    await run(35)
    await world.clock.advance(0)
    expect(await segments()).toBe(0)
    await run(10)
    await world.clock.advance(0)
    expect(await segments()).toBe(1)
  })

  it('waits for the usual size where the page fills slowly', async () => {
    for (let second = 0; second < 60; second++) {
      now += 1000
      await run(2)
    }
    await world.clock.advance(0)
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 120, segments: 0 })
  })

  it('keeps all outcomes while no segment can be written, and the next commit tries again', async () => {
    await run(15)
    const put = one.store.put.bind(one.store)
    let failures = 0
    const store = {
      ...one.store,
      put: (key: string, ...more: [Uint8Array]) => {
        if (failures++ > 0) return put(key, ...more)
        throw new StoreError('away', { code: 'NETWORK', retriable: true })
      },
    }
    const logger = { ...silentLogger, warn: (message: string) => void said.push(message) }
    const failing = new OutcomeFlusher({ ledger: one.records.pages, store, logger, now: () => now })
    now = NOON + 2 * DAY
    await failing.flushOld(() => true)
    expect(said).toEqual(['outcomes of runs could not be moved out of a page yet: away'])
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 15, segments: 0 })
    const flushed = failing.flushOld(() => true)
    await world.clock.advance(10_000)
    await flushed
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 0, segments: 1 })
  })
})

describe('old outcomes', () => {
  it('leave the pages of this instance after a day, and not before', async () => {
    await run(3)
    one.reset()
    await flusher.flushOld(() => true)
    now = NOON + 2 * DAY
    await flusher.flushOld(() => false)
    expect(one.requests).toMatchObject({ put: 0, get: 0 })
    const flushed = flusher.flushOld(() => true)
    await world.clock.advance(10_000)
    await flushed
    // A segment, and the page without its outcomes.
    expect(one.requests).toMatchObject({ put: 2, get: 0 })
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 0, segments: 1 })
  })

  it('leave with the next claim where there is one, without a write of their own', async () => {
    await run(3)
    now = NOON + 2 * DAY
    const flushed = flusher.flushOld(() => true)
    await world.clock.advance(0)
    one.reset()
    await one.records.update('a', claim('next', NOON + 60_000))
    await flushed
    expect(one.requests.put).toBe(1)
    expect(inPage()).toBe(0)
  })
})

describe('outcomes that the retention does not keep any longer', () => {
  it('leave the pages without a segment', async () => {
    const { store, records } = one
    const retention = { maxAgeMs: 60_000, failedMaxAgeMs: 10 * DAY }
    const short = new OutcomeFlusher({ ledger: records.pages, store, logger: silentLogger, now: () => now }, retention)
    await run(3)
    now = NOON + 61_000
    one.reset()
    await short.flushOld(() => true, 0)
    // First the note that tells an audit how far the history was pruned, and then the page.
    expect(one.requests).toMatchObject({ put: 2, get: 1 })
    expect({ inPage: inPage(), segments: await segments() }).toEqual({ inPage: 0, segments: 0 })
    expect(await readPrunedTo(world.shared)).toBe(NOON + 10)
  })
})
