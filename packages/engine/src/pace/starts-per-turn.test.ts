import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { StartsPerTurn } from './starts-per-turn.ts'

it('starts a few at once and the others in later turns, in the order in which they came', async () => {
  const clock = createManualClock()
  const starts = new StartsPerTurn(clock, 3)
  const started: number[] = []
  const start = async (index: number): Promise<void> => {
    await starts.next()
    started.push(index)
  }
  const all = Promise.all(Array.from({ length: 8 }, (_, index) => start(index)))
  await Promise.resolve()
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])
  await clock.advance(0)
  await all
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  // A later instant has the full number of immediate starts again.
  await clock.advance(30)
  await start(8)
  expect(started.at(-1)).toBe(8)
})
