import { mock } from 'node:test'
import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryStore } from '@s3sched/store'
import { createScheduler } from '../src/index.ts'

afterEach(() => {
  vi.useRealTimers()
  mock.timers.reset()
})

it.each([
  ["vitest's", () => void vi.useFakeTimers()],
  ["node:test's", () => mock.timers.enable()],
])('fake timers of %s do not stop a scheduler on the clock of the system', async (_, fake) => {
  fake()
  let attempts = 0
  const scheduler = createScheduler({
    store: createMemoryStore(),
    skipColdStart: true,
    jobs: {
      flaky: {
        schedule: null,
        retries: 1,
        backoff: [5],
        timeout: 10,
        action: ({ signal }) =>
          attempts++ === 0 ? new Promise((__, reject) => signal.addEventListener('abort', reject)) : 'done',
      },
    },
  })
  await scheduler.start()
  expect(await scheduler.runJob('flaky')).toBe('done')
  await scheduler.stop()
  expect(attempts).toBe(2)
})
