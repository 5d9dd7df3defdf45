import type { Clock } from '@s3sched/kernel'
import type { GetResult, PutCondition, PutResult } from '../object-store.ts'
import type { FaultKind, RequestKind } from './faults.ts'

/** When something happened: its place among everything in the history, and the monotonic clock. */
export interface Moment {
  readonly order: number
  readonly atMs: number
}

/** One call of a client, from the caller's side and from the store's. */
export interface RecordedCall {
  readonly client: string
  readonly kind: RequestKind
  /** A key, the keys of a deletion, or the prefix of a list. */
  readonly subject: string | readonly string[]
  readonly body?: Uint8Array | undefined
  readonly condition?: PutCondition | undefined
  readonly called: Moment
  /** What went wrong on purpose. A partition is one too. */
  fault?: FaultKind | 'partition' | undefined
  /** When the store below was asked and what it answered, also if the client never heard of it. */
  applied?: (Moment & { readonly outcome: Outcome }) | undefined
  /** What the caller got. None is there while the call is under way. */
  answered?: (Moment & { readonly outcome: Outcome | 'threw'; readonly error?: unknown }) | undefined
}

export type Outcome = GetResult['outcome'] | PutResult['outcome'] | 'done'

/**
 * Everything that clients asked of a store, in one order, for a checker to read: share one among all clients.
 *
 * A put whose `applied.outcome` is `written` changed the object at that moment, whatever its caller was told.
 */
export interface StoreHistory {
  readonly calls: readonly RecordedCall[]
  /** Notes that a call begins; its later moments are noted by setting its fields. */
  readonly begin: (call: Omit<RecordedCall, 'called'>) => RecordedCall
  readonly moment: () => Moment
}

export function createStoreHistory(clock: Clock): StoreHistory {
  const calls: RecordedCall[] = []
  let order = 0
  const moment = (): Moment => ({ order: order++, atMs: clock.monotonic() })
  return {
    calls,
    moment,
    begin: (call) => {
      const recorded = { ...call, called: moment() }
      calls.push(recorded)
      return recorded
    },
  }
}
