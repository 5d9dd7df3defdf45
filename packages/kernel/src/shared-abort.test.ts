import { getMaxListeners } from 'node:events'
import { expect, it } from 'vitest'
import { createSharedAbort } from './shared-abort.ts'

it('lets any number of listeners wait for its signal, without a warning of a leak', () => {
  const { signal } = createSharedAbort()
  expect(getMaxListeners(signal)).toBe(0)
})
