import type { JsonValue, SerializedError } from '@s3sched/kernel'
import type { CancelReason } from './cancelled-error.ts'
import type { Progress } from './run-context.ts'
import type { LogEntry } from './run-log.ts'

/** One call of an action. */
export interface AttemptRecord {
  /** 1 is the first. */
  readonly attempt: number
  /** Wall clock, epoch ms. */
  readonly startedAt: number
  readonly durationMs: number
  readonly status: 'success' | 'failed' | 'timeout' | 'cancelled'
  /** Bounded to 2 KiB; the outcome holds the last error at full length. */
  readonly error?: SerializedError
  /** Set when the action went on although its signal aborted; the action may have ended since. */
  readonly abandoned?: true
}

/**
 * The reason why a run did not start:
 * - `overlap`: another run of its key is going on
 * - `no-slot`: another run of its key still waits for a slot, or for a place in its group
 * - `abandoned`: an action of its key goes on although its signal aborted
 * - `queue-full`: the queue of the key is full
 */
export type SkipReason = 'overlap' | 'no-slot' | 'abandoned' | 'queue-full'

interface Ended {
  readonly runId: string
  readonly key: string
  /** Empty when the run never started. */
  readonly attempts: readonly AttemptRecord[]
  /** Start of the first attempt, or the time of the request if there was no attempt. Wall clock, epoch ms. */
  readonly startedAt: number
  /** Wall clock, epoch ms. */
  readonly endedAt: number
  /** From the first attempt's start to the end, by the monotonic clock. */
  readonly durationMs: number
  /** The total wait for the key and for slots, over all attempts. */
  readonly queuedMs: number
  readonly log: readonly LogEntry[]
  /** The last report of the action. */
  readonly progress?: Progress
}

interface Unsuccessful extends Ended {
  /** The last attempt's error, or the reason why the run did not start. */
  readonly error: SerializedError
  /** The thrown value, unchanged. */
  readonly thrown: unknown
}

/** The result of a run. */
export type RunOutcome =
  | (Ended & {
      readonly status: 'success'
      /** The action's return value, as JSON of at most 64 KiB. */
      readonly result: JsonValue
      /** The action's return value, unchanged. */
      readonly returned: unknown
    })
  | (Unsuccessful & { readonly status: 'failed' })
  | (Unsuccessful & { readonly status: 'timeout' })
  | (Unsuccessful & { readonly status: 'cancelled'; readonly reason: CancelReason })
  | (Ended & { readonly status: 'skipped'; readonly reason: SkipReason })

/** The end of a run. */
export type RunStatus = RunOutcome['status']
