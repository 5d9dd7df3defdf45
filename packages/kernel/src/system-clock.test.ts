import { getEventListeners } from 'node:events'
import { mock } from 'node:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Clock } from './clock.ts'
import { clockOf, systemClock } from './system-clock.ts'

let fakedClock: Clock

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'hrtime', 'Date'] })
  fakedClock = clockOf({
    clearImmediate,
    clearTimeout,
    hrtime: () => process.hrtime(),
    now: () => Date.now(),
    setImmediate,
    setTimeout,
  })
})
afterEach(() => {
  vi.useRealTimers()
})

function watch(promise: Promise<void>): { state: string } {
  const watched = { state: 'pending' }
  promise.then(
    () => (watched.state = 'resolved'),
    () => (watched.state = 'rejected'),
  )
  return watched
}

it('reads the two clocks of the machine', () => {
  const before = fakedClock.monotonic()
  vi.advanceTimersByTime(250)
  expect(fakedClock.now()).toBe(1_000_250)
  expect(fakedClock.monotonic() - before).toBe(250)
})

it('sleeps for the whole of the time, and no longer', async () => {
  const sleep = watch(fakedClock.sleep(1000))
  await vi.advanceTimersByTimeAsync(999)
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('goes by the monotonic clock, whatever happens to the wall clock', async () => {
  const sleep = watch(fakedClock.sleep(1000))
  vi.setSystemTime(9_000_000_000)
  await vi.advanceTimersByTimeAsync(999)
  expect(sleep.state).toBe('pending')
})

it('sleeps on when a timer fires early', async () => {
  let monotonic = 0
  vi.spyOn(process, 'hrtime').mockImplementation(() => [0, monotonic * 1_000_000])
  const sleep = watch(fakedClock.sleep(10))
  monotonic = 9.4
  await vi.advanceTimersByTimeAsync(10)
  expect(sleep.state).toBe('pending')
  monotonic = 10
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('goes by the timer alone when the monotonic clock stands still', async () => {
  vi.spyOn(process, 'hrtime').mockImplementation(() => [0, 0])
  const sleep = watch(fakedClock.sleep(10))
  await vi.advanceTimersByTimeAsync(9)
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('sleeps longer than a timer can last', async () => {
  const days40 = 40 * 86_400_000
  const sleep = watch(fakedClock.sleep(days40))
  await vi.advanceTimersByTimeAsync(days40 - 1)
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it.each([0, -5])('resolves a sleep of %d ms on a later turn', async (ms) => {
  const sleep = watch(fakedClock.sleep(ms))
  await Promise.resolve()
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('throws the reason of a signal as soon as it aborts, and leaves no timer', async () => {
  const controller = new AbortController()
  const sleep = fakedClock.sleep(60_000, controller.signal)
  controller.abort('stopping')
  await expect(sleep).rejects.toBe('stopping')
  expect(vi.getTimerCount()).toBe(0)
})

it('throws at once for a signal that is aborted already, and starts no timer', async () => {
  await expect(fakedClock.sleep(60_000, AbortSignal.abort('stopped'))).rejects.toBe('stopped')
  expect(vi.getTimerCount()).toBe(0)
})

it('leaves no listener on the signal when it resolves', async () => {
  const { signal } = new AbortController()
  const sleep = fakedClock.sleep(10, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10)
  await sleep
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it.each([0, -5])('sleeps %i ms for one turn of the event loop, and waits for no timer', async (ms) => {
  const sleep = watch(fakedClock.sleep(ms))
  await Promise.resolve()
  expect(sleep.state).toBe('pending')
  await new Promise((resolve) => setImmediate(resolve))
  expect(sleep.state).toBe('resolved')
})

it('is woken from a sleep of no time too, and leaves no listener behind', async () => {
  const controller = new AbortController()
  const sleep = fakedClock.sleep(0, controller.signal)
  controller.abort('woken')
  await expect(sleep).rejects.toBe('woken')
  const slept = new AbortController()
  await fakedClock.sleep(0, slept.signal)
  expect(getEventListeners(slept.signal, 'abort')).toHaveLength(0)
})

describe('under fake timers', () => {
  const { now } = Date
  afterEach(() => mock.timers.reset())

  it.each([
    ["vitest's", () => void vi.useFakeTimers({ now: 1_000_000 })],
    ["node:test's", () => mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'Date'], now: 1_000_000 })],
  ])('of %s the machine is still asked', async (_, fake) => {
    vi.useRealTimers()
    fake()
    expect(Date.now()).toBe(1_000_000)
    const before = { monotonic: systemClock.monotonic(), now: now() }
    await systemClock.sleep(0)
    await systemClock.sleep(2)
    expect(systemClock.monotonic() - before.monotonic).toBeGreaterThanOrEqual(2)
    expect(systemClock.now()).toBeGreaterThanOrEqual(before.now)
  })
})
