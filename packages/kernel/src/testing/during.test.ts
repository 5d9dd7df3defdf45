import { expect, it } from 'vitest'
import { countSleepers } from './count-sleepers.ts'
import { during } from './during.ts'
import { createManualClock } from './manual-clock.ts'

it('moves the clock until the work is done, and has its result', async () => {
  const clock = createManualClock(0)
  const work = clock.sleep(95).then(() => 'done')
  expect(await during(clock, work)).toBe('done')
  expect(clock.now()).toBe(100)
})

it('passes the failure of the work on', async () => {
  const clock = createManualClock(0)
  const work = clock.sleep(5).then(() => Promise.reject(new Error('no')))
  await expect(during(clock, work)).rejects.toThrow('no')
})

it('counts the sleepers of one part alone, also those that are ended', async () => {
  const clock = createManualClock(0)
  const part = countSleepers(clock)
  const ending = new AbortController()
  void clock.sleep(10)
  void part.clock.sleep(10)
  const ended = part.clock.sleep(10, ending.signal).catch(() => undefined)
  expect([part.sleeping, clock.sleeping]).toEqual([2, 3])
  ending.abort()
  await ended
  expect(part.sleeping).toBe(1)
  await clock.advance(10)
  expect(part.sleeping).toBe(0)
})
