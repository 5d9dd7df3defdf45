import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'hrtime', 'Date'] })
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
  const before = systemClock.monotonic()
  vi.advanceTimersByTime(250)
  expect(systemClock.now()).toBe(1_000_250)
  expect(systemClock.monotonic() - before).toBe(250)
})

it('sleeps for the whole of the time, and no longer', async () => {
  const sleep = watch(systemClock.sleep(1000))
  await vi.advanceTimersByTimeAsync(999)
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('goes by the monotonic clock, whatever happens to the wall clock', async () => {
  const sleep = watch(systemClock.sleep(1000))
  vi.setSystemTime(9_000_000_000)
  await vi.advanceTimersByTimeAsync(999)
  expect(sleep.state).toBe('pending')
})

it('sleeps on when a timer fires early', async () => {
  let monotonic = 0
  vi.spyOn(process, 'hrtime').mockImplementation(() => [0, monotonic * 1_000_000])
  const sleep = watch(systemClock.sleep(10))
  monotonic = 9.4
  await vi.advanceTimersByTimeAsync(10)
  expect(sleep.state).toBe('pending')
  monotonic = 10
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('sleeps longer than a timer can last', async () => {
  const days40 = 40 * 86_400_000
  const sleep = watch(systemClock.sleep(days40))
  await vi.advanceTimersByTimeAsync(days40 - 1)
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it.each([0, -5])('resolves a sleep of %d ms on a later turn', async (ms) => {
  const sleep = watch(systemClock.sleep(ms))
  await Promise.resolve()
  expect(sleep.state).toBe('pending')
  await vi.advanceTimersByTimeAsync(1)
  expect(sleep.state).toBe('resolved')
})

it('throws the reason of a signal as soon as it aborts, and leaves no timer', async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(60_000, controller.signal)
  controller.abort('stopping')
  await expect(sleep).rejects.toBe('stopping')
  expect(vi.getTimerCount()).toBe(0)
})

it('throws at once for a signal that is aborted already, and starts no timer', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort('stopped'))).rejects.toBe('stopped')
  expect(vi.getTimerCount()).toBe(0)
})

it('leaves no listener on the signal when it resolves', async () => {
  const { signal } = new AbortController()
  const sleep = systemClock.sleep(10, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10)
  await sleep
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it.each([0, -5])('sleeps %i ms for one turn of the event loop, and waits for no timer', async (ms) => {
  const sleep = watch(systemClock.sleep(ms))
  await Promise.resolve()
  expect(sleep.state).toBe('pending')
  await new Promise((resolve) => setImmediate(resolve))
  expect(sleep.state).toBe('resolved')
})

it('is woken from a sleep of no time too, and leaves no listener behind', async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(0, controller.signal)
  controller.abort('woken')
  await expect(sleep).rejects.toBe('woken')
  const slept = new AbortController()
  await systemClock.sleep(0, slept.signal)
  expect(getEventListeners(slept.signal, 'abort')).toHaveLength(0)
})
