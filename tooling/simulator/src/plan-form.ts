/**
 * The form of a seed's plan: a fleet, its jobs, and a list of faults. The faults are plain data and independent of each
 * other, so that a failing run can be tried again with fewer faults.
 */
import type { StoreErrorCode } from '@s3sched/store'
import type { Faults, Partition, RequestKind } from '@s3sched/store/testing'
import type { SimulatedJob } from './jobs.ts'

export interface Plan {
  readonly seed: number
  /** The start by the clock of the store, epoch ms. @default that of every simulation */
  readonly startAt?: number
  /** Leaderless: `enableCoordinator` is false. */
  readonly isLeaderless: boolean
  /** `'cold'` in every third seed: due ticks wait for the next leader. */
  readonly standby: 'hot' | 'cold'
  /** Number of shards of each version of the code, in order; after the last number the list repeats. */
  readonly shards: readonly number[]
  readonly heartbeatMs: number
  /** Runs leave records. @default true */
  readonly hasHistory?: boolean
  /** Retention of records. @default that of the scheduler */
  readonly retentionMs?: number
  /** Interval of the search for old records. @default that of the scheduler */
  readonly cleanupMs?: number
  /** The most objects in a page of a listing. @default that of S3 */
  readonly listed?: number
  readonly machines: readonly Machine[]
  readonly jobs: readonly SimulatedJob[]
  readonly faults: readonly Fault[]
  /** Faults begin before this instant, and all faults end then, real ms. */
  readonly troubleMs: number
  /** Time without faults after the trouble, ms. */
  readonly calmMs: number
}

export interface Machine {
  readonly rate: number
  readonly skewMs: number
  /** The machine's processes, one after the other, have the same worker id. */
  readonly keepsWorkerId: boolean
  /** @default that of the plan */
  readonly heartbeatMs?: number
  /** The worker id of all processes of the machine; another machine may have the same id. */
  readonly workerId?: string
  /** Every so many ms a process makes one pass over the due ticks, and ends. @default one that starts and stays */
  readonly dueEveryMs?: number
}

interface OnMachine {
  /** Real ms. */
  readonly at: number
  readonly machine: number
}

export type Fault =
  | (OnMachine & { readonly kind: 'pause'; readonly forMs: number })
  | (OnMachine & { readonly kind: 'suspend'; readonly forMs: number })
  | (OnMachine & { readonly kind: 'partition'; readonly what: Partition; readonly forMs: number })
  | (OnMachine & { readonly kind: 'weather'; readonly faults: Faults; readonly forMs: number })
  | (OnMachine & { readonly kind: 'step'; readonly byMs: number })
  | (OnMachine & { readonly kind: 'crash'; readonly backAfterMs: number })
  | (OnMachine & { readonly kind: 'stop'; readonly timeoutMs: number; readonly backAfterMs: number })
  /** A right or the room for some requests is missing for a while. */
  | (OnMachine & { readonly kind: 'refuse'; readonly refused: Refused; readonly forMs: number })
  /** The clock of the store, behind by so much until then, is set right. */
  | (OnMachine & { readonly kind: 'storeClock'; readonly byMs: number })
  /** All machines are restarted in turn, with the next version of the code. */
  | (OnMachine & { readonly kind: 'deploy'; readonly everyMs: number })
  /** Somebody deletes an object by hand. */
  | (OnMachine & { readonly kind: 'deleteObject'; readonly what: 'lease' | 'page' })
  /** All machines are turned off for so long. */
  | (OnMachine & { readonly kind: 'idle'; readonly forMs: number })
  | (OnMachine & { readonly kind: Operation; readonly job: string })
  /** From this instant on, the machine's next write of the kind is the last act before a crash, or before a standstill. */
  | (OnMachine & {
      readonly kind: 'atWrite'
      readonly of: WriteKind
      readonly act: 'crash' | 'pause'
      readonly forMs: number
    })

/** Requests of these kinds for keys with the prefix are refused. */
export interface Refused {
  readonly code: StoreErrorCode
  readonly kinds: readonly RequestKind[]
  readonly under: string
}

/**
 * Writes between which a process may die: a child of a split, the note of the split, a segment, a file, receipt or copy
 * of the archive, the deletion of any of these or the note of a prune, and any other page.
 */
export const WRITE_KINDS = ['draft', 'note', 'segment', 'archive', 'deletion', 'commit'] as const
export type WriteKind = (typeof WRITE_KINDS)[number]

export const OPERATIONS = [
  'pauseJob',
  'resumeJob',
  'updateJob',
  'removeJob',
  'runJob',
  'requestRun',
  'cancelRun',
] as const
/** Backfills are drawn by their own trait alone, so that other seeds keep their plans. */
export type Operation = (typeof OPERATIONS)[number] | 'backfill' | 'backfillAtOnce' | 'cancelBackfill'
