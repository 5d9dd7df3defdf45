import { getMaxListeners, setMaxListeners } from 'node:events'
import { afterEach, expect, it, vi } from 'vitest'
import { allowManyListeners, createSharedAbort } from './shared-abort.ts'

afterEach(() => vi.unstubAllGlobals())

it('lets any number of listeners wait for its signal, without a warning of a leak', () => {
  const Now = AbortController
  class Before extends Now {
    constructor() {
      super()
      setMaxListeners(10, this.signal) // as Node before 22.18 has it
    }
  }
  vi.stubGlobal('AbortController', Before)
  expect(getMaxListeners(new AbortController().signal)).toBe(10)
  expect(getMaxListeners(createSharedAbort().signal)).toBe(0)
})

it('lets many wait for a signal of the caller, also for what only looks like one', () => {
  const { signal } = new AbortController()
  setMaxListeners(10, signal) // as Node before 22.18 has it
  allowManyListeners(signal)
  expect(getMaxListeners(signal)).toBe(0)
  expect(() => allowManyListeners({ aborted: false } as AbortSignal)).not.toThrow()
})
