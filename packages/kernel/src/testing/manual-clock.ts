import type { Clock } from '../clock.ts'
import { describe } from '../describe.ts'
import { S3SchedError } from '../error.ts'
import { callInNextTurn, nextTurn } from './real-turns.ts'

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Lets `ms` >= 0 pass: wakes the sleepers at their own instants, in order, and settles the work of every sleeper
   * before the next.
   */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone by `ms`, either way, as a correction of the clock does. */
  step(ms: number): void
  /** Moves the wall clock on by `ms` while the monotonic clock stands still, as on a suspended machine. */
  suspend(ms: number): void
  /** Blocks the event loop for `ms`: both clocks move, and no sleeper wakes before the next turn. */
  block(ms: number): void
  /** The number of current sleepers. */
  readonly sleeping: number
  /** Time until the next sleeper wakes, in ms; `undefined` when there is no sleeper. */
  readonly nextWakeMs: number | undefined
}

/** Turns of the event loop in which work without timers comes to its end. */
const TURNS = 4

/** Lets all work without timers run to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn()
}

/**
 * A shorter sleep takes this long, in ms: a sum of fractions can leave a rest that is too small to move the clock, and a
 * caller that sleeps until an instant would sleep again and again.
 */
const LEAST_MS = 0.001

/**
 * @param startAt - the first reading of the wall clock, epoch ms; the monotonic clock starts at 0.
 * @throws S3SchedError `INVALID_ARGUMENT` for an invalid time, here and in the methods
 */
export function createManualClock(startAt: number = Date.UTC(2026, 0, 1)): ManualClock {
  /** The wall clock at the zero of the monotonic clock. Instants are set and not summed up: sums of fractions drift. */
  let zero = finite('startAt', startAt, -Infinity)
  let monotonic = 0
  const sleepers = new Set<Sleeper>()
  /** Sleeps of no time that wait for the next turn. */
  const turning = new Set<Sleeper>()

  const moveTo = (instant: number): void => {
    monotonic = Math.max(monotonic, instant)
  }
  const earliest = (): Sleeper | undefined => {
    let found: Sleeper | undefined
    for (const sleeper of sleepers) if (found === undefined || sleeper.due < found.due) found = sleeper
    return found
  }
  /**
   * Settles the work of a sleeper. All of it is done after one turn, but for a sleep of no time, which takes the next
   * turn. A simulated hour has thousands of sleepers, and a turn of the event loop costs more than the work of most.
   */
  const settleWoken = async (): Promise<void> => {
    await nextTurn()
    for (let turn = 1; turning.size > 0 && turn < TURNS; turn++) await nextTurn()
  }

  return {
    // Whole milliseconds, as on a real wall clock.
    now: () => Math.floor(zero + monotonic),
    monotonic: () => monotonic,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          due: monotonic + (ms > 0 ? Math.max(ms, LEAST_MS) : 0),
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
        // By the contract of a clock, no time has to pass for such a sleep.
        if (ms > 0) return
        turning.add(sleeper)
        callInNextTurn(() => {
          turning.delete(sleeper)
          sleeper.wake()
        })
      }),
    async advance(ms) {
      const target = monotonic + finite('ms', ms, 0)
      await settle()
      for (let next = earliest(); next !== undefined && next.due <= target; next = earliest()) {
        moveTo(next.due)
        next.wake()
        await settleWoken()
      }
      moveTo(target)
      await settleWoken()
    },
    step: (ms) => {
      zero += finite('ms', ms, -Infinity)
    },
    suspend: (ms) => {
      zero += finite('ms', ms, 0)
    },
    block: (ms) => moveTo(monotonic + finite('ms', ms, 0)),
    get sleeping() {
      return sleepers.size
    },
    get nextWakeMs() {
      const next = earliest()
      return next === undefined ? undefined : Math.max(0, next.due - monotonic)
    },
  }
}

function finite(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value
  const bound = least === 0 ? ' >= 0' : ''
  throw new S3SchedError(`expected ${name} to be a number of ms${bound}, got ${describe(value)}`, {
    code: 'INVALID_ARGUMENT',
  })
}
