/**
 * The lease of one run, for jobs whose next tick comes sooner than anybody could know that their leader is dead.
 *
 * A leader's run hangs on the leader's lease, which takes minutes to run out, and until then nobody can tell whether the run of
 * a silent leader goes on. A short run of a busy job is over long before. So its claim says how long others need wait: **`leaseMs`**
 * after they know of the claim nobody works on it any more, unless the record then says something else. The leader holds to it,
 * counted from the moment in which the claim was *sent*: a run that is still in hand when most of that time is gone is hung
 * on the leader's lease by one more write, or is told to end.
 *
 * It is granted only where it should cost nothing: the last run of the job was short, and the store answers quickly.
 */
import type { JobRecord } from '../job/job-record.ts'

/** What a claim knows of its tick when it asks for a lease of its run. */
export interface TickGap {
  /** When the run starts, by the wall clock; epoch ms. */
  readonly startAt: number
  /** From the tick to the next one of the schedule, in ms. */
  readonly toNextMs: number
}

/** How long the store took for the last claim, and how long a leader's lease is trusted; in ms. */
export interface LeaseTerms {
  readonly lastClaimMs: number
  readonly trustedMs: number
}

/** How much of the time to the next tick a run may take, and how much it has in any case, in ms. */
const SHARE_OF_GAP = 0.6
const LEAST_GRACE_MS = 800
/** A run that took more of its grace than this the last time gets no lease of its own. */
const SHORT = 0.5
/** How much of its grace a run has had when it is hung on the leader's lease. */
const OUTLIVED = 0.6
/** A store that takes more of the grace than this for a claim could not be told in time that a run goes on. */
const QUICK = 0.25
/** What others wait for longer than it is trusted: for clocks of different rates, and for an action to hear that it is to end. */
const LEAST_MARGIN_MS = 200
const MARGIN = 0.1

/**
 * How long a run may go on without a word after its claim, as others know it, in ms.
 * @param now - when the claim is made, by the wall clock
 * @returns `undefined` for a run that hangs on its leader's lease
 */
export function leaseOfRun(
  lastRun: JobRecord['lastRun'],
  { startAt, toNextMs }: TickGap,
  { lastClaimMs, trustedMs }: LeaseTerms,
  now: number,
): number | undefined {
  const graceMs = Math.max(LEAST_GRACE_MS, SHARE_OF_GAP * toNextMs)
  if (lastRun === null || lastRun.durationMs > SHORT * graceMs || lastClaimMs > QUICK * graceMs) return undefined
  const untilEndMs = Math.max(0, startAt - now) + graceMs
  // The leader's lease tells as soon.
  if (untilEndMs >= trustedMs) return undefined
  return Math.round(Math.max(untilEndMs + LEAST_MARGIN_MS, untilEndMs * (1 + MARGIN)))
}

/** How long after its claim was sent its own process trusts such a run, in ms. */
export function trustedRunMs(leaseMs: number): number {
  return Math.min(leaseMs - LEAST_MARGIN_MS, leaseMs / (1 + MARGIN))
}

/** How long after its claim was sent a run that is still in hand is hung on the leader's lease, in ms. */
export function outlivesAfterMs(leaseMs: number, untilStartMs: number): number {
  const trustedMs = trustedRunMs(leaseMs)
  return untilStartMs + OUTLIVED * (trustedMs - untilStartMs)
}
