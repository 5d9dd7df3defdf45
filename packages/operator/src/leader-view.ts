import type { SlotUse } from '@s3sched/executor'
import { describeProcess, type LeaseRecord, type Sight } from '@s3sched/lock'
import { closeLast, readTerms, type Term } from '@s3sched/jobs/bucket'

/** The leader's lease as last read. Instants are epoch ms by the store's clock. */
export type LeaderView =
  /** No instance has ever led here. */
  | { readonly state: 'missing' }
  /** The last leader released the lease. */
  | {
      readonly state: 'free'
      readonly epoch: number
      /** The leader's instance was stopped in order; false after a leader that only stepped down. */
      readonly isStopped: boolean
      readonly terms: readonly Term[]
    }
  | {
      readonly state: 'held'
      readonly workerId: string
      readonly epoch: number
      readonly ttlMs: number
      /** The begin of the term; `null` where the store gives no time. */
      readonly since: number | null
      /** Time since the last renewal of the lease, in ms. */
      readonly renewedMs: number
      /** The leader is dead, and has no successor yet: silent for longer than the lease holds, or its process is gone. */
      readonly isSilent: boolean
      /** The leader's process has ended, as this host knows; never `true` for a process on another host. */
      readonly isGone: boolean
      /** The leader's process, for people; `null` where the lease has no description. */
      readonly process: string | null
      /** Every tick up to here is settled, except ticks of the unclaimed jobs. */
      readonly watermark: number | null
      /**
       * Jobs that the leader has no action for, with the first tick that was open when it looked; `null` for a job without a schedule.
       * The instances that have the action claim them.
       */
      readonly unclaimed: Readonly<Record<string, number | null>>
      /** The jobs that no instance claims, with the tick that has waited for longest. */
      readonly unserved: Readonly<Record<string, number>>
      /** The use of the action slots at the last renewal; `null` where the lease has no such field. */
      readonly slots: SlotUse | null
      /** This term and the earlier terms, the newest first: the last 20 with at least one renewal. */
      readonly terms: readonly Term[]
      /**
       * In a fleet with several shards, each shard's leader. The other fields then sum up all shards: `workerId` names
       * every leader, `epoch` is the highest, the times are the worst, `since`, `process` and `terms` are those of the
       * first shard.
       */
      readonly shards?: readonly LeaderView[]
    }
  | { readonly state: 'unreadable'; readonly problem: string }

/** @param now - replaces the server's clock where the store gives no time, epoch ms */
export function viewLeader(sight: Sight, now: number): LeaderView {
  if (sight.kind === 'unknown' || sight.kind === 'missing') return { state: 'missing' }
  if (sight.kind === 'unreadable') return { state: 'unreadable', problem: sight.problem }
  const { fence: epoch, holder: workerId, payload, process, since, state, ttlMs } = sight.record
  const isGone = sight.holderIsGone === true
  const terms = viewTerms(sight.record, sight.lastModified)
  if (state === 'free') return { state, epoch, isStopped: payload['isStopped'] === true, terms }
  const { lastModified, serverTime = now } = sight
  const renewedMs = lastModified === undefined ? 0 : Math.max(0, serverTime - lastModified)
  const { slots, unclaimed, unserved, watermark } = payload
  return {
    state,
    workerId,
    epoch,
    ttlMs,
    since: since ?? lastModified ?? null,
    renewedMs,
    isSilent: isGone || renewedMs > ttlMs,
    isGone,
    process: process === undefined ? null : describeProcess(process),
    watermark: typeof watermark === 'number' ? watermark : null,
    unclaimed: fieldsOf(unclaimed, isTickOrNone),
    unserved: fieldsOf(unserved, isNumber),
    slots: slotsOf(slots),
    terms,
  }
}

/** The terms in the payload, corrected by the lease's own fields about its holder and its predecessor. */
function viewTerms(record: LeaseRecord, lastModified: number | undefined): readonly Term[] {
  const { fence: epoch, holder, payload, predecessor, seq, since, state } = record
  const listed = readTerms(payload)
  const own = listed.find((term) => term.epoch === epoch)
  const first: Term = {
    epoch,
    workerId: own?.workerId ?? holder,
    since: since ?? own?.since ?? (seq === 0 ? (lastModified ?? null) : null),
    until: state === 'free' ? (lastModified ?? null) : null,
    end: state === 'free' ? 'released' : null,
  }
  const earlier = listed.filter((term) => term.epoch < epoch)
  if (predecessor === undefined) return [first, ...earlier]
  // A claim keeps the old payload, whose writer could not know the end of its own term.
  const { fence: last, holder: before, lastModified: renewedAt, state: was } = predecessor
  return [first, ...closeLast(earlier, { epoch: last, holder: before, state: was, renewedAt })]
}

/** Reads an untrusted value. */
function slotsOf(value: unknown): SlotUse | null {
  const { abandoned, longestWaitMs, max, taken, waiting } = (value ?? {}) as Partial<Record<keyof SlotUse, unknown>>
  if (!isAmount(max) || !isAmount(taken) || !isAmount(waiting) || !isAmount(longestWaitMs)) return null
  return { max, taken, waiting, longestWaitMs, abandoned: isAmount(abandoned) ? abandoned : 0 }
}

function isAmount(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isTickOrNone(value: unknown): value is number | null {
  return value === null || isNumber(value)
}

function fieldsOf<T>(value: unknown, fits: (field: unknown) => field is T): Readonly<Record<string, T>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => fits(entry[1])))
}
