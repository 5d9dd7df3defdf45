import { messageOf, RepeatedTroubles } from '@s3sched/kernel'
import type { EngineEnv } from '../engine-env.ts'

export interface InsistDeps extends Pick<EngineEnv, 'clock' | 'events' | 'logger'> {
  /** Ends all tries. */
  readonly signal: AbortSignal
}

const AGAIN_MS = 1000

/**
 * Tries again until the work succeeds or the signal aborts. Never rejects.
 * @param what - completes 'the leader could not …'
 */
export async function insist(deps: InsistDeps, what: string, work: () => Promise<void>): Promise<void> {
  const { clock, signal } = deps
  const told = new RepeatedTroubles(clock)
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return
      report(deps, { what, error, told })
      await clock.sleep(AGAIN_MS, signal).catch(() => undefined) // ends with the loop's condition
    }
  }
}

/** Work that a term repeats at intervals. */
export interface Chore {
  /** The time from the takeover to the first time, in ms. */
  readonly firstMs: number
  /** Pause before a failed try is repeated, in ms. */
  readonly afterTroubleMs: number
  /** Returns the ms until the next time. */
  readonly work: (signal: AbortSignal) => Promise<number>
}

/** Repeats the chore until the signal aborts. Never rejects. */
export async function repeat(deps: InsistDeps, { afterTroubleMs, firstMs, work }: Chore): Promise<void> {
  const { clock, signal } = deps
  const told = new RepeatedTroubles(clock)
  for (let wait = firstMs; ;) {
    try {
      await clock.sleep(wait, signal)
      wait = afterTroubleMs
      wait = await work(signal)
    } catch (error) {
      if (signal.aborted) return
      report(deps, { what: 'look after the bucket', error, told })
    }
  }
}

interface Failure {
  readonly what: string
  readonly error: unknown
  readonly told: RepeatedTroubles
}

/** The log leaves out repetitions; the event tells of each failure. */
function report({ events, logger }: InsistDeps, { error, told, what }: Failure): void {
  const others = told.tell(error)
  if (others !== undefined) logger.error(`the leader could not ${what} yet: ${messageOf(error)}${others}`, { error })
  events.announce('error', { error })
}
