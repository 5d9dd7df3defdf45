/**
 * Decides for a new leader the next step for each job of its shard: the promotion, as a pure function.
 *
 * The shell (`promote.ts`) first reads the pages of job records again, so that each decision rests on the record as it
 * is in the bucket, and then asks once for each job.
 *
 * **Authority.** A promotion gives none. A tick belongs to the instance that claims the tick on the job's record, so a
 * wrong plan costs a refused claim or a late look, and never a second run. The same function serves a member that works
 * for jobs without an action in their leader.
 *
 * **States of a job.** *Planned*: the next tick is in the engine's heap and is claimed when due, without a read before.
 * *To be looked at*: the engine resolves the runs that the record names as open, and decides the due ticks
 * (`decide-tick.ts`). *Left alone*: no tick will ever be due; the watch over the bucket may still show a change.
 *
 * **Open runs** may belong to a silent process that works on. The lease of the process ends with the ttl in the old
 * lease, and `run-recovery.ts` waits for this end before the engine takes a run for lost.
 *
 * **`runOnStart`.** After the promotion, the first leader of a fleet starts each job with `runOnStart` once. A follower
 * that becomes the leader starts none: the fleet was running. A member starts only jobs without any claim so far.
 *
 * **A rest** (`fleet-rest.ts`), in which no instance was meant to run, changes no step here: a job with a tick due
 * within the rest is looked at, and `decide-tick.ts` passes the tick over.
 *
 * **Failures.** A failed read repeats the whole promotion: all steps may be taken twice. A job without an action here is
 * looked at as any other: the engine then lists the job in the lease (`unclaimed`) for an instance with the action. A
 * record that is changed in the meantime is found by the claim, which is refused.
 */
import type { Schedule } from '@s3sched/cron'
import type { JobRecord } from '@s3sched/jobs'
import type { KnownJob } from '../definitions/known-job.ts'

export type PromotionDecision =
  /** No tick will ever be due. */
  | { readonly act: 'leave' }
  /** `after`: the ticks of the schedule after this instant, epoch ms. */
  | { readonly act: 'plan'; readonly schedule: Schedule; readonly after: number }
  /**
   * A run is open, a tick is due, or the job may not run here: it is paused or removed, its action is elsewhere, or its
   * record can't be read.
   */
  | { readonly act: 'look' }

/** @param known - `undefined` for a record that can't be read. @param now - epoch ms */
export function decidePromotion(known: KnownJob | undefined, now: number): PromotionDecision {
  if (known === undefined || !known.mayRun || !known.isSettled) return { act: 'look' }
  const { after, schedule } = known
  const next = schedule?.next(after) ?? null
  if (schedule === null || next === null) return { act: 'leave' }
  return next <= now ? { act: 'look' } : { act: 'plan', schedule, after }
}

/** The jobs with `runOnStart` that a new term starts: each job, or the jobs without any claim so far. */
export type StartRule = 'each' | 'never-claimed'

/** Decides about the start of a job with `runOnStart`, by the record before the claim. */
export function startsNow(rule: StartRule, { fence }: Pick<JobRecord, 'fence'>): boolean {
  return rule === 'each' || fence === 0
}
