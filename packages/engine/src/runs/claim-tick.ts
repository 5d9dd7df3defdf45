/**
 * Claims a run on a job's record, as pure functions from the record as last read to the record with the claim, or to
 * the reason against the claim.
 *
 * **Authority.** The claim alone makes a run start once. Each function is applied within a compare-and-swap on the job's
 * record: the result counts only if no other instance has changed the record meanwhile, and is decided again on the new
 * record otherwise.
 *
 * **A tick** was decided on a record that may have changed since ({@link decideTick}). So the claim checks the tick
 * again: the tick must still be the first open tick of the schedule in force. A new schedule, a resume or the claim of
 * another instance makes the decision void, and the engine decides anew. A run in another process that the decision did
 * not consider has the same effect.
 *
 * **A try with an unknown outcome** is tried again with the same run id. The record tells if the earlier try had landed
 * ({@link claimOnce}): the run is then claimed, or was declared lost before the answer came and can't be claimed a second
 * time.
 */
import type { Schedule } from '@s3sched/cron'
import {
  claimRun,
  effectiveSpec,
  isTicking,
  isOpenTick,
  type JobRecord,
  lowerBound,
  type RunClaim,
} from '@s3sched/jobs'
import type { RecordChange } from '@s3sched/jobs/bucket'

/**
 * `landed`: an earlier try of the same claim. `given-up`: the same, and the run was declared lost since. `taken`: the
 * run id belongs to a run of another process.
 */
export type NoSecondClaim = 'unknown-job' | 'landed' | 'given-up' | 'taken'

/** `look-again`: the decision rests on a schedule, a tick or runs that have changed. */
export type TickRefusal = 'inactive' | 'settled' | 'look-again'

/** A tick, or a range of ticks from the tick on, to be settled. */
export interface FirstTick {
  readonly tick: number
  /** The schedule of the decision. */
  readonly schedule: Schedule
  /** The schedule in force, with an operator's changes; `null` for a job without a schedule. */
  scheduleOf(record: JobRecord): Schedule | null
}

export interface TickClaim extends FirstTick {
  /** With the lease of the run alone, unless the run depends on the claimant's authority. */
  readonly claim: RunClaim
  /** True if a run in another process is in the way. */
  isBlocked(record: JobRecord): boolean
}

/** The reason why this tick can't be the first tick to settle, by the record about to be written. */
export function refuseTick(record: JobRecord, first: FirstTick): TickRefusal | undefined {
  const { schedule, tick } = first
  if (!isTicking(record)) return 'inactive'
  if (!isOpenTick(record, tick)) return 'settled'
  // The first tick of a range suffices: the other ticks follow from the same schedule alone.
  const isInForce = first.scheduleOf(record) === schedule
  return isInForce && schedule.next(lowerBound(record)) === tick ? undefined : 'look-again'
}

/** Claims a tick of the schedule. */
export function claimTick(record: JobRecord, request: TickClaim): RecordChange<TickRefusal> {
  const refusal = refuseTick(record, request)
  if (refusal !== undefined) return { stop: refusal }
  if (request.isBlocked(record)) return { stop: 'look-again' }
  // Runs that may overlap need no lease: no instance waits for their end.
  const { claim } = request
  const mayOverlap = effectiveSpec(record).overlap === 'allow'
  return { write: claimRun(record, mayOverlap ? { ...claim, leaseMs: undefined } : claim) }
}

/** Applies a claim at most once. */
export function claimOnce<Refusal>(
  record: JobRecord | undefined,
  { instance, runId }: Pick<RunClaim, 'instance' | 'runId'>,
  claim: (record: JobRecord) => RecordChange<Refusal>,
): RecordChange<Refusal | NoSecondClaim> {
  if (record === undefined) return { stop: 'unknown-job' }
  const earlier = record.running.find((run) => run.runId === runId)
  if (earlier !== undefined) return { stop: earlier.instance === instance ? 'landed' : 'taken' }
  if (record.lost.includes(runId)) return { stop: 'given-up' }
  return claim(record)
}
