import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createOperator } from '@s3sched/operator'
import { createMemoryStore, type ObjectStore } from '@s3sched/store'
import { beforeEach, expect, it } from 'vitest'
import { FleetWatch, type Sight } from './fleet-watch.ts'

function setUp() {
  const clock = createManualClock(Date.UTC(2026, 5, 1))
  const inner = createMemoryStore({ clock })
  /** The instants of the looks at the marker, ms from the begin. */
  const looks: number[] = []
  const state = { answer: async (): Promise<void> => {} }
  const store: ObjectStore = {
    ...inner,
    get: async (key, options) => {
      if (key.endsWith('changes.json')) {
        looks.push(clock.monotonic())
        await state.answer()
      }
      return inner.get(key, options)
    },
  }
  const deps = { clock, logger: silentLogger, random: createSeededRandom(1) }
  const operator = createOperator(store, deps)
  const watch = new FleetWatch({ ...deps, operator })
  const sights: Sight[] = []
  const subscribe = (): (() => void) => watch.subscribe((sight) => sights.push(sight))
  /** The looks since the last call. */
  const news = (): number[] => looks.splice(0)
  return { clock, news, sights, state, subscribe, watch }
}

let world: ReturnType<typeof setUp>
beforeEach(() => {
  world = setUp()
})

it('looks with a single loop after the last listener has left and another one has come', async () => {
  const { clock, news, subscribe } = world
  const leave = subscribe()
  await clock.advance(60_000)
  expect(news()).toEqual([0, 30_000, 60_000])
  leave()
  const leaveSecond = subscribe()
  await clock.advance(60_000)
  // The second loop begins with a look, since its listener may show an old snapshot.
  expect(news()).toEqual([60_000, 90_000, 120_000])
  leaveSecond()
  await clock.advance(60_000)
  expect({ looks: news(), sleeping: clock.sleeping }).toEqual({ looks: [], sleeping: 0 })
  const leaveThird = subscribe()
  await clock.advance(60_000)
  expect(news()).toEqual([180_000, 210_000, 240_000])
  leaveThird()
})

it('begins anew during the last look of the loop before', async () => {
  const { clock, news, state, subscribe } = world
  const leave = subscribe()
  await clock.advance(10_000)
  news()
  let answer = (): void => {}
  state.answer = () => new Promise((resolve) => (answer = resolve))
  await clock.advance(20_000)
  const answerFirst = answer
  state.answer = async () => undefined
  leave()
  const leaveSecond = subscribe()
  await clock.advance(1000)
  answerFirst()
  await clock.advance(60_000)
  expect(news()).toEqual([30_000, 30_000, 60_000, 90_000])
  leaveSecond()
})

it('asks a store that is down every 15 s, also after a restart, and goes on once the store answers', async () => {
  const { clock, news, sights, state, subscribe } = world
  const leave = subscribe()
  await clock.advance(1000)
  state.answer = () => Promise.reject(new Error('no answer'))
  await clock.advance(59_000)
  expect(news()).toEqual([0, 30_000, 45_000, 60_000])
  leave()
  const leaveSecond = subscribe()
  await clock.advance(30_000)
  expect(news()).toEqual([75_000, 90_000])
  expect(sights.at(-1)?.trouble?.message).toContain('no answer')
  state.answer = async () => undefined
  await clock.advance(60_000)
  expect(sights.at(-1)?.trouble).toBeUndefined()
  expect(news().slice(1)).toEqual([135_000])
  leaveSecond()
})
