import { expect, it } from 'vitest'
import { pause } from './pause.ts'
import { createManualClock, settle } from './testing/manual-clock.ts'

it('lasts its time, unless it is stopped before', async () => {
  const clock = createManualClock()
  const stop = new AbortController()
  const ends: number[] = []
  const begin = (): void => void pause(clock, 1000, stop.signal).then(() => ends.push(clock.monotonic()))
  begin()
  await clock.advance(1000)
  begin()
  await clock.advance(10)
  stop.abort()
  await settle()
  begin()
  await settle()
  expect({ ends, sleeping: clock.sleeping }).toEqual({ ends: [1000, 1010, 1010], sleeping: 0 })
})

it('tells of a clock that fails', async () => {
  const broken = { ...createManualClock(), sleep: () => Promise.reject(new Error('no timer')) }
  await expect(pause(broken, 1000, new AbortController().signal)).rejects.toThrow('no timer')
})
