import { getMaxListeners } from 'node:events'
import { afterEach, expect, it, vi } from 'vitest'
import { limitListenersAsBefore } from '../../plugin/test/old-signals.ts'
import { processIo } from './process-io.ts'

afterEach(() => vi.unstubAllGlobals())

it('has a signal for which every request of a command may wait, without a warning of a leak', () => {
  const before = process.listeners('SIGINT')
  const made = limitListenersAsBefore()
  const { signal } = processIo()
  expect(made).toContain(signal)
  expect(getMaxListeners(signal)).toBe(0)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    for (const listener of process.listeners(name)) if (!before.includes(listener)) process.off(name, listener)
  }
})
