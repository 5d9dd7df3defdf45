import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { Slots } from '@s3sched/kernel'
import { WorkTurns } from './work-turns.ts'

it('does works in their order, a few in each turn of the event loop', async () => {
  const clock = createManualClock()
  const turns = new WorkTurns(clock)
  const done: number[] = []
  const works = Array.from({ length: 6 }, (_, index) =>
    turns.run(() => {
      clock.block(3)
      done.push(index)
    }),
  )
  // A work counts as 3 ms and the time of the request after the work: two works fill a turn.
  for (let microtask = 0; microtask < 100; microtask++) await Promise.resolve()
  expect(done).toEqual([0, 1])
  await Promise.all(works)
  expect(done).toEqual([0, 1, 2, 3, 4, 5])
})

it('answers the callers of a commit in several turns, before it does any later work', async () => {
  const clock = createManualClock()
  const turns = new WorkTurns(clock)
  const done: (number | string)[] = []
  const answered = turns.answer(70, (index) => {
    clock.block(0.5)
    done.push(index)
  })
  const next = turns.run(() => done.push('next'))
  for (let microtask = 0; microtask < 100; microtask++) await Promise.resolve()
  // Callers are answered by the 32, and these take longer than a turn has.
  expect(done).toHaveLength(32)
  await Promise.all([answered, next])
  expect(done).toEqual([...Array.from({ length: 70 }, (_, index) => index), 'next'])
})

it('goes on after a work that throws, which only its caller hears of', async () => {
  const turns = new WorkTurns(createManualClock())
  const failed = turns.run(() => {
    throw new Error('a bug')
  })
  const next = turns.run(() => 'done')
  await expect(failed).rejects.toThrow('a bug')
  expect(await next).toBe('done')
})

it('gives a slot to one work after the other, also when a work fails', async () => {
  const slots = new Slots(1)
  const order: string[] = []
  let fail = (_error: Error): void => undefined
  const first = slots.run(() => new Promise((_, reject) => (fail = reject)))
  const second = slots.run(async () => order.push('second'))
  const third = slots.run(async () => order.push('third'))
  await settle()
  expect(order).toEqual([])
  fail(new Error('broken'))
  await expect(first).rejects.toThrow('broken')
  await Promise.all([second, third])
  expect(order).toEqual(['second', 'third'])
})
