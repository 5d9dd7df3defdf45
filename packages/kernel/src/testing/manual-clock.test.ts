import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { createManualClock, settle } from './manual-clock.ts'

const START = Date.UTC(2030, 5, 1)

it('stands still until it is moved', async () => {
  const clock = createManualClock(START)
  await settle()
  expect([clock.now(), clock.monotonic()]).toEqual([START, 0])
  await clock.advance(1500)
  expect([clock.now(), clock.monotonic()]).toEqual([START + 1500, 1500])
})

it('wakes each sleeper at its own instant, in order, whoever came first', async () => {
  const clock = createManualClock(START)
  const woken: [string, number][] = []
  const sleep = (name: string, ms: number): Promise<number> =>
    clock.sleep(ms).then(() => woken.push([name, clock.monotonic()]))
  void sleep('late', 300)
  void sleep('early', 100)
  void sleep('also early', 100)
  void sleep('never', 301)
  await clock.advance(300)
  expect(woken).toEqual([
    ['early', 100],
    ['also early', 100],
    ['late', 300],
  ])
  expect(clock.sleeping).toBe(1)
})

it('lets what a sleeper started settle, and sleep again, before time goes on', async () => {
  const clock = createManualClock(START)
  const ticks: number[] = []
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(10)
      ticks.push(clock.monotonic())
    }
  }
  void loop()
  await clock.advance(35)
  expect(ticks).toEqual([10, 20, 30])
})

it('settles the sleeps of no time that a sleeper began before the next sleeper wakes', async () => {
  const clock = createManualClock(START)
  const done: string[] = []
  const work = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms)
    for (let turn = 0; turn < 3; turn++) await clock.sleep(0)
    done.push(`${name} ${clock.monotonic()}`)
  }
  void work('first', 10)
  void work('second', 11)
  await clock.advance(11)
  expect(done).toEqual(['first 10', 'second 11'])
})

it.each([0, -5])('resolves a sleep of %d ms without being moved', async (ms) => {
  const clock = createManualClock(START)
  await clock.sleep(ms)
  expect([clock.monotonic(), clock.sleeping]).toEqual([0, 0])
})

it('throws the reason of a signal and leaves neither sleeper nor listener', async () => {
  const clock = createManualClock(START)
  const controller = new AbortController()
  const sleep = clock.sleep(1000, controller.signal)
  expect(clock.sleeping).toBe(1)
  controller.abort('stopping')
  await expect(sleep).rejects.toBe('stopping')
  expect(clock.sleeping).toBe(0)
  await expect(clock.sleep(1000, controller.signal)).rejects.toBe('stopping')
  expect(clock.sleeping).toBe(0)
})

it('leaves no listener on the signal of a sleeper that woke', async () => {
  const clock = createManualClock(START)
  const { signal } = new AbortController()
  const sleep = clock.sleep(10, signal)
  await clock.advance(10)
  await sleep
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('steps the wall clock alone, either way', async () => {
  const clock = createManualClock(START)
  clock.step(-5000)
  expect([clock.now(), clock.monotonic()]).toEqual([START - 5000, 0])
})

it('keeps the monotonic clock standing while the machine is suspended', () => {
  const clock = createManualClock(START)
  clock.suspend(60_000)
  expect([clock.now(), clock.monotonic()]).toEqual([START + 60_000, 0])
})

it('wakes nobody while the event loop is blocked, and the late ones on the next move', async () => {
  const clock = createManualClock(START)
  let wokenAt: number | undefined
  void clock.sleep(100).then(() => (wokenAt = clock.monotonic()))
  clock.block(500)
  await settle()
  expect(wokenAt).toBeUndefined()
  await clock.advance(0)
  expect(wokenAt).toBe(500)
})

it('tells whole milliseconds after any number of sleeps of a fraction', async () => {
  const clock = createManualClock(1_700_000_000_000)
  const napping = (async () => {
    for (let i = 0; i < 999; i++) await clock.sleep(0.3)
  })()
  await clock.advance(299.5)
  await clock.advance(0.5)
  await napping
  expect(clock.now()).toBe(1_700_000_000_000 + 300)
})

it('moves on with each sleep, however short the sleep is', async () => {
  const clock = createManualClock()
  await clock.advance(34_000)
  const slept = clock.sleep(1e-12)
  await clock.advance(1)
  await slept
  const second = clock.sleep(1e-12).then(() => clock.monotonic())
  await clock.advance(1)
  expect(await second).toBeGreaterThan(34_001)
})
