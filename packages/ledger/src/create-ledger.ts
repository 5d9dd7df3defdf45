import type { ObjectStore } from '@s3sched/store'
import { resolveLedgerOptions, type LedgerOptions } from './ledger-options.ts'
import type { Ledger } from './ledger.ts'
import { PROTOCOL, type LedgerProtocol } from './protocol.ts'
import type { RecordCodec } from './record-codec.ts'
import { StoreLedger } from './store-ledger.ts'

/** The live things that a ledger needs. */
export interface LedgerDeps {
  /** For tests of the tests. @default the right one */
  readonly protocol?: LedgerProtocol
}

/**
 * @throws S3SchedError `INVALID_OPTIONS`, StoreError `INVALID_KEY` for the namespace
 * @example
 * const ledger = createLedger(openStore('s3://bucket/prefix'), { codec })
 * const answer = await ledger.change('counter', (count = 0) => ({ do: 'write', record: count + 1 }))
 */
export function createLedger<R>(
  store: ObjectStore,
  options: LedgerOptions<R>,
  { protocol = PROTOCOL }: LedgerDeps = {},
): Ledger<R> {
  return new StoreLedger(store, resolveLedgerOptions(options), protocol)
}

/** A codec for records that are plain JSON and need no check. */
export function plainCodec<R>(): RecordCodec<R> {
  return { decode: (value) => ({ outcome: 'read', record: value as R }), encode: (record) => record }
}
