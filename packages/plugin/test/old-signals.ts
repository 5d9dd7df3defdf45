import { setMaxListeners } from 'node:events'
import { vi } from 'vitest'

/** The limit of Node before 22.18; later versions have none for signals, and never warn. */
const OLD_LIMIT = 10

/**
 * Gives each new signal the limit of an older Node: a test of the newest Node shows then what users of older ones see.
 * @returns every signal that was made since; `vi.unstubAllGlobals()` ends it
 */
export function limitListenersAsBefore(): AbortSignal[] {
  const made: AbortSignal[] = []
  const Now = AbortController
  class Before extends Now {
    constructor() {
      super()
      setMaxListeners(OLD_LIMIT, this.signal)
      made.push(this.signal)
    }
  }
  vi.stubGlobal('AbortController', Before)
  return made
}
