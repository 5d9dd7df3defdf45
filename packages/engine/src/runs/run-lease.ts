/**
 * The lease of a single run, for jobs whose next tick comes sooner than a dead leader can be noticed.
 *
 * A leader's run normally depends on the leader's lease, which takes minutes to expire. Before the expiry no instance
 * can tell if the run of a silent leader goes on, although a short run of a busy job is over long before. So the run's
 * claim carries **`leaseMs`**: this time after another instance has seen the claim, no process works on the run any
 * more, unless the record says otherwise by then. The leader keeps this promise, counted from the moment when the claim
 * was *sent*: a run that is still open when most of the time is gone is moved to the leader's lease by one more write,
 * or is told to end.
 *
 * A run gets a lease of its own only where the lease should cost no extra write: the last run of the job was short, and
 * the store answers quickly.
 */
import type { JobRecord, OpenRun } from '@s3sched/jobs'

/** The timing of a tick, for a claim that asks for a run lease. */
export interface TickGap {
  /** When the run starts, by the wall clock; epoch ms. */
  readonly startAt: number
  /** From the tick to the next one of the schedule, in ms. */
  readonly toNextMs: number
}

/** The duration of the last claim's write, and how long a leader's lease is trusted; in ms. */
export interface LeaseLimits {
  readonly lastClaimMs: number
  readonly trustedMs: number
}

/** The grace of a run: this share of the time to the next tick, and at least this many ms. */
const SHARE_OF_GAP = 0.6
const LEAST_GRACE_MS = 800
/** A job whose last run took more than this share of the grace gets no run lease. */
const SHORT = 0.5
/** The share of a run's grace after which the run moves to the leader's lease. */
const OUTLIVED = 0.6
/**
 * If a claim takes the store more than this share of the grace, a run could not be moved to the leader's lease in time.
 */
const QUICK = 0.25
/**
 * The margin between the other instances' wait and the process's trust in the lease: clock rates differ, and an action
 * needs time to see its abort.
 */
const LEAST_MARGIN_MS = 200
const MARGIN = 0.1

/**
 * The lease of a new run, in ms: without a further write, the run may go on for the length of the lease after the
 * claim.
 * @param now - the time of the claim, by the wall clock
 * @returns `undefined` for a run that depends on its leader's lease
 */
export function leaseOfRun(
  lastRun: JobRecord['lastRun'],
  { startAt, toNextMs }: TickGap,
  { lastClaimMs, trustedMs }: LeaseLimits,
  now: number,
): number | undefined {
  const graceMs = Math.max(LEAST_GRACE_MS, SHARE_OF_GAP * toNextMs)
  if (lastRun === null || lastRun.durationMs > SHORT * graceMs || lastClaimMs > QUICK * graceMs) return undefined
  const untilEndMs = Math.max(0, startAt - now) + graceMs
  // The leader's lease expires just as early.
  if (untilEndMs >= trustedMs) return undefined
  return Math.round(Math.max(untilEndMs + LEAST_MARGIN_MS, untilEndMs * (1 + MARGIN)))
}

/** The age of a claim up to which the run's own process trusts the run lease, in ms. */
export function trustedRunMs(leaseMs: number): number {
  return Math.min(leaseMs - LEAST_MARGIN_MS, leaseMs / (1 + MARGIN))
}

/** The age of a claim at which a still open run moves to the leader's lease, in ms. */
export function outlivesAfterMs(leaseMs: number, untilStartMs: number): number {
  const trustedMs = trustedRunMs(leaseMs)
  return untilStartMs + OUTLIVED * (trustedMs - untilStartMs)
}

/** True for a run limited by a run lease. The lease of a run with a noted attempt no longer counts. */
export function hasOwnLease(run: OpenRun): run is OpenRun & { readonly leaseMs: number } {
  return run.leaseMs !== undefined && run.retry === null
}

/**
 * The time in ms until a run with a lease of its own is certainly over.
 * @param seenForMs - the time since this instance first saw the record with the claim
 */
export function runLeaseLeftMs({ leaseMs }: { readonly leaseMs: number }, seenForMs: number): number {
  return Math.max(0, leaseMs - seenForMs)
}
