import { expect, it } from 'vitest'
import { createManualClock, settle } from './testing/manual-clock.ts'
import { WakeableSleep } from './wakeable-sleep.ts'

const { signal } = new AbortController()

function sleeper() {
  const clock = createManualClock()
  const sleeps = new WakeableSleep(clock)
  const ends: (number | boolean)[][] = []
  const sleep = (ms: number, stop = signal): void =>
    void sleeps.sleep(ms, stop).then((hasSlept) => ends.push([hasSlept, clock.monotonic()]))
  return { clock, ends, sleep, sleeps }
}

it('sleeps for its time, unless it is woken or stopped before', async () => {
  const { clock, ends, sleep, sleeps } = sleeper()
  sleep(1000)
  await clock.advance(1000)
  sleep(1000)
  await clock.advance(10)
  sleeps.wake()
  await settle()
  const stop = new AbortController()
  sleep(1000, stop.signal)
  await clock.advance(10)
  stop.abort()
  await settle()
  sleep(1000, stop.signal)
  await settle()
  expect(ends).toEqual([
    [true, 1000],
    [false, 1010],
    [false, 1020],
    [false, 1020],
  ])
  expect(clock.sleeping).toBe(0)
})

it('sleeps without a timer until it is woken or stopped', async () => {
  const { clock, ends, sleep, sleeps } = sleeper()
  const stop = new AbortController()
  sleep(Infinity)
  sleep(Infinity, stop.signal)
  await clock.advance(1000)
  expect({ ends, timers: clock.sleeping }).toEqual({ ends: [], timers: 0 })
  stop.abort()
  await settle()
  sleeps.wake()
  await settle()
  expect(ends).toEqual([
    [false, 1000],
    [false, 1000],
  ])
})

it('ends the next sleep at once after a wake during work, and only the next', async () => {
  const { clock, ends, sleep, sleeps } = sleeper()
  sleeps.wake()
  sleeps.wake()
  sleep(1000)
  await settle()
  sleep(1000)
  await clock.advance(2000)
  expect(ends).toEqual([
    [false, 0],
    [true, 1000],
  ])
})
