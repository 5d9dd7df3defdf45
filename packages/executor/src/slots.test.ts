import { createManualClock, settle } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createExecutor, type SlotWait } from './index.ts'

it('tells how the slots are used, and each wait for one when it is over', async () => {
  const clock = createManualClock()
  const waits: SlotWait[] = []
  const executor = createExecutor({ clock, onSlotWait: (wait) => void waits.push(wait) }, { maxConcurrent: 2 })
  const runs = ['a', 'b', 'c', 'd'].map((key) => executor.run({ key, action: () => clock.sleep(3000) }))
  await settle()
  expect(executor.slots()).toEqual({ max: 2, taken: 2, waiting: 2, longestWaitMs: 0, abandoned: 0 })
  await clock.advance(1000)
  expect(executor.slots()).toEqual({ max: 2, taken: 2, waiting: 2, longestWaitMs: 1000, abandoned: 0 })
  await clock.advance(2000)
  expect(waits).toEqual([
    { key: 'c', waitedMs: 3000, waiting: 1 },
    { key: 'd', waitedMs: 3000, waiting: 0 },
  ])
  expect(executor.slots()).toEqual({ max: 2, taken: 2, waiting: 0, longestWaitMs: 0, abandoned: 0 })
  await clock.advance(3000)
  await Promise.all(runs)
  expect(executor.slots()).toEqual({ max: 2, taken: 0, waiting: 0, longestWaitMs: 0, abandoned: 0 })
})

it('skips with the reason that the run before waits for a slot', async () => {
  const clock = createManualClock()
  const executor = createExecutor({ clock }, { maxConcurrent: 1 })
  const busy = executor.run({ key: 'busy', action: () => clock.sleep(3000) })
  const first = executor.run({ key: 'job', action: () => undefined })
  await settle()
  expect(await executor.run({ key: 'job', action: () => undefined })).toMatchObject({ reason: 'no-slot' })
  await clock.advance(3000)
  expect([await busy, await first]).toMatchObject([{ status: 'success' }, { status: 'success' }])
})
