import type { Slots, TypedEmitter } from '@s3sched/kernel'
import type { LedgerEvents } from './ledger-events.ts'
import type { ResolvedLedgerOptions } from './ledger-options.ts'
import type { PageSource } from './page-source.ts'
import type { LedgerProtocol } from './protocol.ts'
import type { UnreadableRecords } from './unreadable-records.ts'
import type { WorkTurns } from './work-turns.ts'

/** The shared parts of the committers of all pages. */
export interface LedgerCore<R> {
  readonly options: ResolvedLedgerOptions<R>
  readonly protocol: LedgerProtocol
  readonly source: PageSource
  readonly unreadable: UnreadableRecords
  readonly slots: Slots
  readonly turns: WorkTurns
  readonly events: Pick<TypedEmitter<LedgerEvents>, 'emit'>
  /** Aborts when no caller waits any more. */
  readonly ended: AbortSignal
}
