import { expect, it } from 'vitest'
import { createManualClock, settle } from './testing/manual-clock.ts'
import { WakeableLoops, WakeableSleep } from './wakeable-sleep.ts'

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
  sleep(Infinity, stop.signal)
  await clock.advance(1000)
  expect({ ends, timers: clock.sleeping }).toEqual({ ends: [], timers: 0 })
  stop.abort()
  await settle()
  sleep(Infinity)
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

it('refuses the sleep of a second loop', async () => {
  const { clock, sleep, sleeps } = sleeper()
  sleep(1000)
  await expect(sleeps.sleep(1000, signal)).rejects.toThrow('got a second one')
  await clock.advance(1000)
  await expect(sleeps.sleep(0, AbortSignal.abort())).resolves.toBe(false)
})

it('wakes each of several loops, those that sleep and those at work', async () => {
  const clock = createManualClock()
  const loops = new WakeableLoops(clock)
  const ends: string[] = []
  const loop = (name: string, workMs: number): Promise<void> =>
    loops.run(async (naps) => {
      await clock.sleep(workMs)
      const hasSlept = await naps.sleep(1000, signal)
      ends.push(`${name} at ${clock.monotonic()}: ${hasSlept ? 'slept' : 'woken'}`)
    })
  const all = Promise.all([loop('asleep', 0), loop('at work', 100), loop('at long work', 200)])
  await clock.advance(50)
  loops.wake()
  await clock.advance(1000)
  await all
  expect(ends).toEqual(['asleep at 50: woken', 'at work at 100: woken', 'at long work at 200: woken'])
  void loop('later', 0)
  await clock.advance(1000)
  expect(ends.at(-1)).toBe('later at 2050: slept')
})
