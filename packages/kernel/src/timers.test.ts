import { expect, it } from 'vitest'
import { systemClock } from './system-clock.ts'
import { createManualClock, settle } from './testing/manual-clock.ts'
import { Timers } from './timers.ts'

it('calls each timer at its time, in the order of their times', async () => {
  const clock = createManualClock()
  const timers = new Timers(clock)
  const called: [string, number][] = []
  const note = (name: string) => (): void => void called.push([name, clock.monotonic()])
  timers.start(300, note('late'))
  timers.start(100.1, note('early'))
  timers.start(0, note('now'))
  await clock.advance(200)
  timers.start(0.2, note('between'))
  await clock.advance(200)
  expect(called).toEqual([
    ['now', 0],
    ['early', 100.1],
    ['between', 200.2],
    ['late', 300],
  ])
})

it('sleeps once for any number of timers, and does not call a cancelled one', async () => {
  const clock = createManualClock()
  const timers = new Timers(clock)
  const cancels = Array.from({ length: 100 }, () => timers.start(1000, () => expect.unreachable()))
  await settle()
  expect(clock.sleeping).toBe(1)
  for (const cancel of cancels) cancel()
  await settle()
  expect(clock.sleeping).toBe(0)
  await clock.advance(2000)
})

it('shares the sleep between timers that follow each other', async () => {
  const clock = createManualClock()
  let sleeps = 0
  const timers = new Timers({ ...clock, sleep: (ms, signal) => (ms > 0 && sleeps++, clock.sleep(ms, signal)) })
  for (let each = 0; each < 100; each++) {
    const cancel = timers.start(1000, () => expect.unreachable())
    await Promise.resolve()
    cancel()
  }
  expect(sleeps).toBe(1)
  await settle()
  expect(clock.sleeping).toBe(0)
})

it('acts in a later turn of the event loop, also where another timer sleeps already', async () => {
  const timers = new Timers(systemClock)
  const cancel = timers.start(60_000, () => expect.unreachable())
  let hasActed = false
  const acted = new Promise<void>((resolve) => {
    timers.start(0, () => {
      hasActed = true
      resolve()
    })
  })
  for (let step = 0; step < 50; step++) await Promise.resolve()
  expect(hasActed).toBe(false)
  await acted
  cancel()
})
