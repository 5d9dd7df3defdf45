import type { Clock } from '../clock.ts'

/** A clock of one part of a test, with the number of the part's own sleepers. */
export interface CountedClock {
  /** The same time as the clock below. */
  readonly clock: Clock
  /** The number of sleepers of this part. */
  readonly sleeping: number
}

/** A clock for one part of a test, which counts the sleepers of that part: all others on the clock are the rest. */
export function countSleepers(clock: Clock): CountedClock {
  let sleeping = 0
  return {
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      async sleep(ms, signal) {
        sleeping++
        try {
          await clock.sleep(ms, signal)
        } finally {
          sleeping--
        }
      },
    },
    get sleeping() {
      return sleeping
    },
  }
}
