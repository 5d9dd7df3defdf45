import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { expect, it } from 'vitest'
import type { Bucket } from '../bucket.ts'
import type { EngineEnv } from '../engine-env.ts'
import { Archiver } from './archiver.ts'

/** An archiver without segments, and the prefixes that it lists. */
function createArchiver(): { readonly archiver: Archiver; readonly listed: readonly string[] } {
  const clock = createManualClock()
  const memory = createMemoryStore({ clock })
  const listed: string[] = []
  const store: typeof memory = {
    ...memory,
    async *list(prefix, options) {
      listed.push(prefix)
      options?.signal?.throwIfAborted()
      yield* memory.list(prefix, options)
    },
  }
  const serverClock = { shared: () => clock, sharedNow: () => clock.now() }
  const env = { clock, logger: silentLogger, random: createSeededRandom(1), serverClock, store } as unknown as EngineEnv
  const bucket = { flusher: { moves: 0, own: undefined }, history: {} } as unknown as Bucket
  return { archiver: new Archiver(env, bucket), listed }
}

const ONE_PASS = ['archived/', 'history/', 'segments/']

it('a look and a clean-up at the same instant make one pass', async () => {
  const { archiver, listed } = createArchiver()
  const { signal } = new AbortController()
  await Promise.all([archiver.look(signal), archiver.archive(signal)])
  expect(listed.toSorted()).toEqual(ONE_PASS)
  await archiver.archive(signal)
  expect(listed).toHaveLength(2 * ONE_PASS.length)
})

it('makes the pass anew for a caller who stays when the first caller leaves', async () => {
  const { archiver, listed } = createArchiver()
  const [leaving, staying] = [new AbortController(), new AbortController()]
  const first = archiver.archive(leaving.signal)
  const second = archiver.archive(staying.signal)
  leaving.abort(new Error('stopped'))
  await expect(first).rejects.toThrow('stopped')
  await second
  expect(listed.slice(-ONE_PASS.length).toSorted()).toEqual(ONE_PASS)
})
