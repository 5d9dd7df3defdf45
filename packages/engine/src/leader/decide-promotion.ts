/**
 * Decides for a new leader the next step for each job of its shard: the promotion, as a pure function.
 *
 * The shell (`promote.ts`) asks twice about a job: before its LIST of all records, and after. The LIST of very many
 * jobs takes seconds, and no tick of a known job waits for the LIST.
 *
 * **Authority.** A promotion gives none. A tick belongs to the instance that claims the tick on the job's record, so a
 * wrong plan costs a refused write or a late look, and never a second run. The same function serves a member that works
 * for jobs without an action in their leader; such a term has no old lease.
 *
 * **States of a job.** *Planned*: the next tick is in the engine's heap and is claimed when due, without a read before;
 * the claim is conditional on the version known here. *To be looked at*: the engine reads the record where its version
 * is unknown here, resolves the runs that the record names as open, and decides the due ticks (`decide-tick.ts`).
 * *Undecided*: only the LIST can tell, and the job may have a provisional plan until then. *Left alone*: no tick will
 * ever be due; the LIST may still show a change.
 *
 * **Trust.** The record as known here is current when the LIST shows the known version. The old lease tells two things.
 * Every tick up to its *watermark* is settled, and no run of such a tick needs a resolution by this leader, except
 * for the jobs in its `unclaimed`, which the old leader left to instances with the action. All claims of the old leader
 * after its watermark were written after its *last renewal*, since each renewal carries the watermark of its time.
 * Server times are whole seconds, and the renewal may have been under way for a while, hence
 * {@link RENEWAL_MARGIN_MS}. A watermark ahead of this machine's clock is not believed: ticks would be put off.
 *
 * **A changed record** is therefore read now when the change may matter now: the record was written after the last
 * renewal, a tick is due after the watermark, a definition has changed since this instance's last look, or the job
 * starts after other jobs. Any other change is an older claim of the old leader. Such a job is planned from the
 * watermark, and its record is read when the tick is due.
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
 * **Failures.** A failed look at the marker, or a failed LIST, repeats the whole promotion: all steps may be taken twice.
 * A job without an action here is looked at as any other: the engine then lists the job in the lease (`unclaimed`) for
 * an instance with the action. A record deleted or changed in the meantime is found by the claim, which is refused.
 */
import type { Schedule } from '@s3sched/cron'
import type { JobRecord } from '@s3sched/jobs'
import type { KnownJob } from './known-job.ts'

/** The least time between a claim before the last renewal and the renewal, by the server's whole seconds, in ms. */
export const RENEWAL_MARGIN_MS = 5000

/** The parts of the last leader's lease that count for a promotion. */
export interface InheritedLease {
  /** Every tick up to here was settled, except ticks of the unclaimed jobs; epoch ms. */
  readonly watermark: number | undefined
  /** The last renewal by the server's clock, epoch ms. */
  readonly renewedAt: number | undefined
  /** Jobs whose ticks the holder left for an instance with the action. */
  readonly unclaimed: ReadonlySet<string>
}

/**
 * The result of the LIST for a record: `awaited` before the LIST, `same` for the version known here, or the time of the
 * write of another version by the server's clock, epoch ms.
 */
export type Listed = 'awaited' | 'same' | { readonly lastModified: number }

export interface PromotionInput {
  readonly jobName: string
  /** `undefined` when this instance knows nothing of the job. */
  readonly known: KnownJob | undefined
  readonly listed: Listed
  /** `undefined` without a readable lease, and for a member. */
  readonly lease: InheritedLease | undefined
  /** True when some definition or state has changed since this instance's last look at the change marker. */
  readonly isRedefined: boolean
  /** This machine's clock, epoch ms. */
  readonly now: number
}

/** The ticks of the schedule after this instant, epoch ms. */
export interface TickPlan {
  readonly schedule: Schedule
  readonly after: number
}

/** Why a job is looked at now. */
export type LookReason =
  | 'unknown'
  /** The job is paused or removed, or another instance has the action. */
  | 'not-for-here'
  | 'open-run'
  | 'tick-due'
  | 'redefined'
  | 'chained'
  | 'no-watermark'
  /** The old leader left the job's ticks to an instance with the action. */
  | 'was-unclaimed'
  /** The old leader wrote the record after its last renewal, or another instance did. */
  | 'written-late'

export type PromotionDecision =
  /** No tick will ever be due. */
  | { readonly act: 'leave' }
  | { readonly act: 'plan'; readonly plan: TickPlan }
  /** Ask again after the LIST. `plan`: the ticks that are claimed even before. */
  | { readonly act: 'ask-again'; readonly plan: TickPlan | undefined }
  /** `settledUpTo`: no tick up to this instant is open, epoch ms; `undefined` when unknown. */
  | { readonly act: 'look'; readonly why: LookReason; readonly settledUpTo: number | undefined }

export function decidePromotion(input: PromotionInput): PromotionDecision {
  return input.listed === 'awaited' ? beforeTheList(input) : afterTheList(input, input.listed)
}

function beforeTheList({ jobName, known, lease, now }: PromotionInput): PromotionDecision {
  if (known?.mayRun !== true) return { act: 'ask-again', plan: undefined }
  const { after, isSettled, schedule } = known
  const next = schedule?.next(after) ?? null
  if (isSettled && next === null) return { act: 'leave' }
  if (schedule === null) return { act: 'ask-again', plan: undefined }
  if (isSettled && next !== null && next > now) return { act: 'plan', plan: { schedule, after } }
  // The last leader has most likely settled the ticks before its watermark, and resolved the open runs.
  const watermark = lease?.unclaimed.has(jobName) === true ? undefined : lease?.watermark
  if (watermark === undefined) return { act: 'ask-again', plan: undefined }
  return { act: 'ask-again', plan: { schedule, after: Math.max(after, Math.min(watermark, now)) } }
}

function afterTheList(input: PromotionInput, listed: Exclude<Listed, 'awaited'>): PromotionDecision {
  const { known, lease, now } = input
  const look = (why: LookReason): PromotionDecision => ({
    act: 'look',
    why,
    settledUpTo: known?.after ?? lease?.watermark,
  })
  if (known === undefined) return look('unknown')
  if (!known.mayRun) return look('not-for-here')
  if (!known.isSettled) return look('open-run')
  const from = listed === 'same' ? { after: known.after } : trustedFrom(input, known, listed.lastModified)
  if ('doubt' in from) return look(from.doubt)
  const { after } = from
  const { schedule } = known
  const next = schedule?.next(after) ?? null
  if (schedule === null || next === null || next <= now) return look('tick-due')
  return { act: 'plan', plan: { schedule, after } }
}

/** The instant up to which the ticks of a changed record are settled for sure, or the reason to read the record. */
function trustedFrom(
  { isRedefined, jobName, lease, now }: PromotionInput,
  { isChained }: KnownJob,
  lastModified: number,
): { readonly after: number } | { readonly doubt: LookReason } {
  if (isRedefined) return { doubt: 'redefined' }
  if (isChained) return { doubt: 'chained' }
  if (lease?.watermark === undefined || lease.renewedAt === undefined) return { doubt: 'no-watermark' }
  if (lease.unclaimed.has(jobName)) return { doubt: 'was-unclaimed' }
  if (lastModified >= lease.renewedAt - RENEWAL_MARGIN_MS) return { doubt: 'written-late' }
  return { after: Math.min(lease.watermark, now) }
}

/** The jobs with `runOnStart` that a new term starts: each job, or the jobs without any claim so far. */
export type StartRule = 'each' | 'never-claimed'

/** Decides about the start of a job with `runOnStart`, by the record before the claim. */
export function startsNow(rule: StartRule, { fence }: Pick<JobRecord, 'fence'>): boolean {
  return rule === 'each' || fence === 0
}
