import { describe, type Clock, type Random } from '@s3sched/kernel'
import { createLedger, type Ledger, type RecordCodec } from '@s3sched/ledger'
import type { ObjectStore } from '@s3sched/store'
import type { GroupRecord, GroupRun } from '../record/group-places.ts'

/** The folder of the pages, and of nothing else. */
const FOLDER = 'places/'

/** The places of concurrency groups: a ledger with a record for each group that is bounded in the whole fleet. */
export type GroupLedger = Ledger<GroupRecord>

/** Checked on every read, since any writer of the bucket may have written a record. */
const groupCodec: RecordCodec<GroupRecord> = {
  decode: (value) => {
    const runs: unknown = typeof value === 'object' && value !== null && 'runs' in value ? value.runs : undefined
    if (Array.isArray(runs) && runs.every(isGroupRun)) return { outcome: 'read', record: { runs } }
    return {
      outcome: 'unreadable',
      problem: `expected { runs: [{ id, job, runId, fence, instance }] }, got ${describe(value)}`,
    }
  },
  encode: (record) => record,
}

export interface GroupPagesDeps {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly random: Random
}

/**
 * Opens the pages of the concurrency groups in a store. Makes no request.
 * @param writer - the name of one live process alone
 */
export function openGroupPages({ clock, random, store }: GroupPagesDeps, writer: string): GroupLedger {
  return createLedger(store, { codec: groupCodec, namespace: FOLDER, writer, clock, random })
}

function isGroupRun(value: unknown): value is GroupRun {
  if (typeof value !== 'object' || value === null) return false
  const { fence, id, instance, job, runId } = value as Readonly<Record<string, unknown>>
  return [id, instance, job, runId].every((text) => typeof text === 'string') && Number.isSafeInteger(fence)
}
