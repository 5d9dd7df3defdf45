import { silentLogger } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { beforeEach, expect, it } from 'vitest'
import type { EngineEnv } from '../engine-env.ts'
import { BucketWatch, type BucketWatchDeps, type Watcher } from './bucket-watch.ts'

const WATCH_MS = 15_000

function setUp() {
  const clock = createManualClock(0)
  const said: string[] = []
  /** The requests and the parts of the looks, with their instants. */
  const done: string[] = []
  const state: { read: (signal: AbortSignal) => Promise<void> } = { read: async () => {} }
  const note = (what: string): void => void done.push(`${what} at ${clock.monotonic()}`)
  const deps = {
    marker: {
      read: async (signal: AbortSignal) => {
        note('read')
        await state.read(signal)
      },
      hasChanged: () => false,
      seen: () => undefined,
    },
    records: { loadAll: async () => note('load all'), takeChanged: () => [] },
    requests: {
      pending: async () => {
        note('requests')
        return []
      },
    },
    reports: { isAttended: false, look: async () => undefined },
  } as unknown as BucketWatchDeps
  const logger = { ...silentLogger, error: (message: string) => void said.push(message) }
  const env = { clock, logger, events: { announce: () => undefined } } as unknown as EngineEnv
  const watch = new BucketWatch(env, deps, WATCH_MS)
  /** @returns ends the watcher */
  const join = (name: string): (() => void) => {
    const ending = new AbortController()
    const watcher: Watcher = {
      shard: 0,
      signal: ending.signal,
      lookAtMembers: async () => note(`look for ${name}`),
      changed: () => undefined,
      obey: async () => false,
      settle: async () => undefined,
    }
    watch.join(watcher)
    return () => ending.abort()
  }
  /** What was done since the last call. */
  const news = (): string[] => done.splice(0)
  return { clock, join, news, said, state, watch }
}

let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})

it('begins anew with the next watcher, in the turn of the end of the last one', async () => {
  const { clock, join, news, said, watch } = world
  const end = join('first')
  await clock.advance(WATCH_MS)
  expect(news()).toEqual(['requests at 0', 'read at 15000', 'look for first at 15000'])
  await clock.advance(1000)
  end()
  const endSecond = join('second')
  await clock.advance(1000)
  watch.lookNow()
  await clock.advance(WATCH_MS)
  expect(news()).toEqual([
    'requests at 16000',
    'read at 17000',
    'look for second at 17000',
    'read at 32000',
    'look for second at 32000',
  ])
  endSecond()
  await clock.advance(10 * WATCH_MS)
  expect({ done: news(), said, sleeping: clock.sleeping }).toEqual({ done: [], said: [], sleeping: 0 })
})

it('begins anew during the last look of the loop before, which neither ends nor wakes the new one', async () => {
  const { clock, join, news, said, state, watch } = world
  const end = join('first')
  state.read = (signal) => clock.sleep(60_000, signal)
  await clock.advance(WATCH_MS)
  state.read = async () => undefined
  end()
  const endSecond = join('second')
  watch.lookNow()
  await clock.advance(WATCH_MS)
  expect(news()).toEqual([
    'requests at 0',
    'read at 15000',
    'requests at 15000',
    'read at 15000',
    'look for second at 15000',
    'read at 30000',
    'look for second at 30000',
  ])
  endSecond()
  expect(said).toEqual([])
})

it('goes on after a failure, and pauses a second however often it is asked to look', async () => {
  const { clock, join, news, said, state, watch } = world
  const end = join('first')
  await clock.advance(1)
  news()
  state.read = () => Promise.reject(new Error('no answer'))
  for (let ms = 0; ms < 10_000; ms += 10) {
    watch.lookNow()
    await clock.advance(10)
  }
  expect(news().length).toBeLessThanOrEqual(11)
  expect(said[0]).toBe('the leader could not look after the bucket yet: no answer')
  state.read = async () => undefined
  await clock.advance(1000 + WATCH_MS)
  expect(news().filter((what) => what.startsWith('look'))).toHaveLength(1)
  end()
})

it('begins anew during the pause after a failure', async () => {
  const { clock, join, news, state } = world
  const end = join('first')
  state.read = () => Promise.reject(new Error('no answer'))
  await clock.advance(WATCH_MS + 500)
  state.read = async () => undefined
  end()
  news()
  const endSecond = join('second')
  await clock.advance(WATCH_MS)
  expect(news()).toEqual(['requests at 15500', 'read at 30500', 'look for second at 30500'])
  endSecond()
})
