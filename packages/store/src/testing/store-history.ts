import type { Clock } from '@s3sched/kernel'
import type { GetResult, PutCondition, PutResult } from '../object-store.ts'
import type { FaultKind, RequestKind } from './faults.ts'

/** The time of an entry: its place in the order of the whole history, and the monotonic clock. */
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
  /** The injected fault; a partition counts too. */
  fault?: FaultKind | 'partition' | undefined
  /** The time of the call to the store below and its answer, also if the client never got the answer. */
  applied?: (Moment & { readonly outcome: Outcome }) | undefined
  /** The caller's result; absent during the call. */
  answered?: (Moment & { readonly outcome: Outcome | 'threw'; readonly error?: unknown }) | undefined
}

/** The outcome of a recorded call. */
export type Outcome = GetResult['outcome'] | PutResult['outcome'] | 'done'

/**
 * All client calls to a store, in one order, for a checker: share one history among all clients.
 *
 * A put whose `applied.outcome` is `written` changed the object at that moment, even if the caller got another result.
 */
export interface StoreHistory {
  readonly calls: readonly RecordedCall[]
  /** Records the start of a call; the later moments are set on the returned record. */
  readonly begin: (call: Omit<RecordedCall, 'called'>) => RecordedCall
  /** The present moment, for comparisons with recorded calls. */
  readonly moment: () => Moment
}

/** The options of a history of calls. */
export interface StoreHistoryOptions {
  /**
   * False leaves {@link StoreHistory.calls} empty: the calls of a long simulation hold all written bodies in memory.
   * @default true
   */
  readonly keepsCalls?: boolean
}

/** Makes an empty record of calls, on the clock of the test. */
export function createStoreHistory(clock: Clock, { keepsCalls = true }: StoreHistoryOptions = {}): StoreHistory {
  const calls: RecordedCall[] = []
  let order = 0
  const moment = (): Moment => ({ order: order++, atMs: clock.monotonic() })
  return {
    calls,
    moment,
    begin: (call) => {
      const recorded = { ...call, called: moment() }
      if (keepsCalls) calls.push(recorded)
      return recorded
    },
  }
}
