import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { Turns } from './turns.ts'

it('lets work begin in later turns of the event loop, in order, a few pieces in each', async () => {
  const clock = createManualClock()
  const turns = new Turns(clock, 2)
  const begun: number[] = []
  const countsByTurn: number[] = []
  const begin = async (piece: number): Promise<void> => {
    await turns.next()
    begun.push(piece)
  }
  const all = Promise.all([1, 2, 3, 4, 5].map(begin))
  expect(begun).toEqual([])
  while (begun.length < 5) {
    await clock.sleep(0)
    if (begun.length !== countsByTurn.at(-1)) countsByTurn.push(begun.length)
  }
  await all
  expect(begun).toEqual([1, 2, 3, 4, 5])
  expect(countsByTurn.filter((count) => count > 0)).toEqual([2, 4, 5])

  // Later work does not join a turn already begun.
  const late = begin(6)
  await Promise.resolve()
  expect(begun).toHaveLength(5)
  await late
})
