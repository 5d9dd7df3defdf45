import { getMaxListeners } from 'node:events'
import { expect, it } from 'vitest'
import { processIo } from './process-io.ts'

it('has a signal for which every request of a command may wait, without a warning of a leak', () => {
  const before = process.listeners('SIGINT')
  expect(getMaxListeners(processIo().signal)).toBe(0)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    for (const listener of process.listeners(signal)) if (!before.includes(listener)) process.off(signal, listener)
  }
})
