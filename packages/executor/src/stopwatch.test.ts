import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { Stopwatch } from './stopwatch.ts'

it('measures the time since its start, also while the wall clock jumps', async () => {
  const clock = createManualClock(5000)
  const watch = new Stopwatch(clock)
  await clock.advance(300)
  clock.step(-4000)
  expect([watch.startedAt, watch.elapsedMs()]).toEqual([5000, 300])
})
