import { getEventListeners, getMaxListeners, setMaxListeners } from 'node:events'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { withinTime } from './within-time.ts'

it('lets any number of calls wait for one signal, and takes its listeners off again', async () => {
  const clock = createManualClock()
  const { signal } = new AbortController()
  setMaxListeners(10, signal) // as Node before 22.18 has it
  const calls = Array.from({ length: 20 }, () => withinTime(clock, 'a call', { signal }, () => clock.sleep(5)))
  expect(getEventListeners(signal, 'abort')).toHaveLength(20)
  expect(getMaxListeners(signal)).toBe(0)
  await clock.advance(5)
  await Promise.all(calls)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})
