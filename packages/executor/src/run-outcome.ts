import type { JsonValue, SerializedError } from '@s3sched/kernel'
import type { CancelReason } from './cancelled-error.ts'
import type { Progress } from './run-context.ts'
import type { LogEntry } from './run-log.ts'

/** One try of an action. */
export interface AttemptRecord {
  /** 1 is the first. */
  readonly attempt: number
  /** Wall clock, epoch ms. */
  readonly startedAt: number
  readonly durationMs: number
  readonly status: 'success' | 'failed' | 'timeout' | 'cancelled'
  /** Bounded to 2 KiB; the outcome has the last one at length. */
  readonly error?: SerializedError
  /** The action went on although it was told to end; whether it has ended since is not known. */
  readonly abandoned?: true
}

/**
 * Why a run did not start:
 * - `overlap`: another run of its key is going on
 * - `no-slot`: another run of its key still waits for a slot
 * - `abandoned`: an action of its key goes on although it was told to end
 * - `queue-full`: as many runs as allowed wait for the key already
 */
export type SkipReason = 'overlap' | 'no-slot' | 'abandoned' | 'queue-full'

interface Ended {
  readonly runId: string
  readonly key: string
  /** Empty when it never started. */
  readonly attempts: readonly AttemptRecord[]
  /** When its first attempt started, or when it was asked for if none did. Wall clock, epoch ms. */
  readonly startedAt: number
  /** Wall clock, epoch ms. */
  readonly endedAt: number
  /** From the first attempt's start to the end, by the monotonic clock. */
  readonly durationMs: number
  /** How long it waited for its key and for a slot, over all attempts. */
  readonly queuedMs: number
  readonly log: readonly LogEntry[]
  /** The last report of the action. */
  readonly progress?: Progress
}

interface Unsuccessful extends Ended {
  /** The last attempt's error, or what kept the run from starting. */
  readonly error: SerializedError
  /** What was thrown, as it is. */
  readonly thrown: unknown
}

/** How a run ended. */
export type RunOutcome =
  | (Ended & {
      readonly status: 'success'
      /** What the action returned, as JSON of at most 64 KiB. */
      readonly result: JsonValue
      /** What the action returned, as it is. */
      readonly returned: unknown
    })
  | (Unsuccessful & { readonly status: 'failed' })
  | (Unsuccessful & { readonly status: 'timeout' })
  | (Unsuccessful & { readonly status: 'cancelled'; readonly reason: CancelReason })
  | (Ended & { readonly status: 'skipped'; readonly reason: SkipReason })

export type RunStatus = RunOutcome['status']
