import type { LedgerEvents } from './ledger-events.ts'
import type { PageName } from './page-name.ts'
import type { PageBounds } from './page-split.ts'
import type { PageSource } from './page-source.ts'
import type { PageWriterDeps } from './page-writer.ts'
import type { KnownPage } from './page.ts'
import type { RecordCodec } from './record-codec.ts'
import type { Slots } from './slots.ts'
import type { WorkTurns } from './work-turns.ts'

/** The shared parts of the committers of all pages. */
export interface LedgerCore<R> extends PageWriterDeps {
  readonly codec: RecordCodec<R>
  readonly bounds: PageBounds
  readonly source: PageSource
  readonly slots: Slots
  readonly turns: WorkTurns
  readonly listener: { readonly [E in 'committed' | 'split' | 'paced']: (event: LedgerEvents[E]) => void }
  /** True while no change may wait for other writes. */
  readonly isHurried: () => boolean
  /** A page without an object in the bucket: new, or put back. */
  readonly newPage: (page: PageName) => KnownPage
}
