/**
 * The lease of a single run, for jobs whose next tick comes sooner than a dead leader can be noticed.
 *
 * A leader's run normally depends on the leader's lease, which takes minutes to expire. Before the expiry no instance
 * can tell if the run of a silent leader goes on, although the job's next ticks are due. So a claim carries **`leaseMs`**,
 * about half of the job's period: while the claiming process has the run, it gives a **sign** at least this often. A sign
 * is any commit of the job's page by this process, with claims, with ends, or with nothing. The page counts the commits
 * of each process, so one write renews the leases of all runs of a process on the page, and in the steady state no
 * further write is needed.
 *
 * The process trusts the lease for most of `leaseMs`, counted from the moment when its last sign was *sent*; a run that
 * is open then is told to end (`run-leases.ts`). Other instances count from their own first *sight* of the last sign, so
 * they never begin before the process has ended the run.
 */
import type { OpenRun } from '@s3sched/jobs'

/** The timing of a claim, and of the leader's lease, in ms. */
export interface LeaseTiming {
  /** From the tick to the next one of the schedule. */
  readonly toNextMs: number
  /** How much the claim is ahead of its tick. */
  readonly leadMs: number
  /** The duration of the last claim's write. */
  readonly lastClaimMs: number
  /** How long a leader's lease is trusted. */
  readonly trustedMs: number
}

/** The share of the time to the next tick. */
const SHARE_OF_GAP = 0.5
/** The shortest lease, in ms: a pause of a second, of the process or of the store, ends no run. */
const LEAST_MS = 1500
/** If a claim takes the store more than this share of the lease, signs would not come in time. */
const QUICK = 0.25
/**
 * The margin between the other instances' wait and the process's trust in the lease: clock rates differ, and an action
 * needs time to see its abort.
 */
const LEAST_MARGIN_MS = 200
const MARGIN = 0.1
/** The share of the trusted time after which the next sign is given. */
const SIGN_AFTER = 0.5

/**
 * The lease of a new run, in ms.
 * @returns `undefined` for a run that depends on its leader's lease, which expires as early or earlier
 */
export function leaseOfRun({ lastClaimMs, leadMs, toNextMs, trustedMs }: LeaseTiming): number | undefined {
  const leaseMs = Math.round(Math.max(LEAST_MS, 2 * leadMs, SHARE_OF_GAP * toNextMs))
  return leaseMs >= trustedMs || lastClaimMs > QUICK * leaseMs ? undefined : leaseMs
}

/** The age of a sign up to which the run's own process trusts the run lease, in ms. */
export function trustedRunMs(leaseMs: number): number {
  return Math.min(leaseMs - LEAST_MARGIN_MS, leaseMs / (1 + MARGIN))
}

/** The age of a sign at which a process with an open run gives the next sign, in ms. */
export function signAfterMs(leaseMs: number): number {
  return SIGN_AFTER * trustedRunMs(leaseMs)
}

/** True for a run limited by a run lease. The lease of a run with a noted attempt no longer counts. */
export function hasOwnLease(run: OpenRun): run is OpenRun & { readonly leaseMs: number } {
  return run.leaseMs !== undefined && run.retry === null
}

/**
 * The time in ms until a run with a lease of its own is certainly over.
 * @param seenForMs - the time since this instance first saw the last sign of the run's process
 */
export function runLeaseLeftMs({ leaseMs }: { readonly leaseMs: number }, seenForMs: number): number {
  return Math.max(0, leaseMs - seenForMs)
}
