import type { Clock } from '@s3sched/kernel'
import { createManualClock, settle } from '@s3sched/kernel/testing'

/** A clock with immediate sleeps that let all other tasks run first: contention without waiting. */
export function createYieldingClock(): Clock {
  const clock = createManualClock()
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      clock.block(ms)
      await settle()
    },
  }
}
