import { setTimeout as wait } from 'node:timers/promises'
import { StoreError } from '@s3sched/store'

/** A server that answers nothing for so long is broken, and not only busy. */
const LONGEST_MS = 120_000
const PAUSE_MS = 1000

/** Reads evidence from a server that may be too busy for an answer in time: tries again until an answer comes. */
export async function insist<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + LONGEST_MS
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof StoreError) || !error.retriable || Date.now() > until) throw error
      await wait(PAUSE_MS, undefined, { signal })
    }
  }
}
