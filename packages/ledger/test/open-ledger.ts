import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import type { ObjectStore, PutResult } from '@s3sched/store'
import { createCountingStore, createMemoryStore, type RequestCounts } from '@s3sched/store/testing'
import { createLedger, type Ledger, type LedgerOptions, type RecordCodec } from '../src/index.ts'

export interface Count {
  readonly count: number
}

const codec: RecordCodec<Count> = {
  decode: (value) => {
    const count = (value as Partial<Count> | null)?.count
    return typeof count === 'number'
      ? { outcome: 'read', record: { count } }
      : { outcome: 'unreadable', problem: 'it has no count' }
  },
  encode: (record) => record,
}

/** Replaces puts: `put` makes the real put. */
export interface Tampering {
  put?: ((put: () => Promise<PutResult>, key: string) => Promise<PutResult>) | undefined
}

export interface OpenLedger {
  readonly ledger: Ledger<Count>
  readonly tampering: Tampering
  readonly requests: RequestCounts
  readonly reset: () => void
}

export interface World {
  readonly clock: ManualClock
  readonly shared: ObjectStore
  readonly open: (options?: Partial<LedgerOptions<Count>>) => OpenLedger
}

/** A bucket, and any number of processes that open the ledger in the bucket. */
export function createWorld(): World {
  const clock = createManualClock()
  const random = createSeededRandom(1)
  const shared = createMemoryStore({ clock })
  let opened = 0
  return {
    clock,
    shared,
    open: (options = {}) => {
      const tampering: Tampering = {}
      const tampered: ObjectStore = {
        ...shared,
        put: (key, body, more) => {
          const put = () => shared.put(key, body, more)
          return tampering.put === undefined ? put() : tampering.put(put, key)
        },
      }
      const { store, requests, reset } = createCountingStore(tampered)
      const ledger = createLedger<Count>(store, { codec, clock, random, writer: `w${++opened}`, ...options })
      return { ledger, tampering, requests, reset }
    },
  }
}

export const add =
  (more: number) =>
  (record: Count | undefined): { readonly do: 'write'; readonly record: Count } => ({
    do: 'write',
    record: { count: (record?.count ?? 0) + more },
  })
