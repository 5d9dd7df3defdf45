import { custom, func, integer, LazyAbort, number, oneOf, optional, resolveOptions, string } from '@s3sched/kernel'
import { checkBackoff, type Backoff, type CheckedBackoff } from './backoff.ts'
import type { AttemptRecord } from './run-outcome.ts'

/** The treatment of a run while another run of its key goes on, or an action that its key waits for ({@link OnHang}). */
export type Overlap = 'skip' | 'queue' | 'allow' | 'cancel'

/**
 * The treatment of an action that goes on although its signal aborted and the grace is over:
 * - `continue`: retries and later runs come as if the action had ended; the action's own end is noted and dropped
 * - `wait`: the action holds its key. A retry waits for its end, as long again as the timeout
 */
export type OnHang = 'continue' | 'wait'

/** The calls of an executor during a run. */
export interface RunHooks {
  /** Called when the key is free for this run, after any wait: `false` ends the run as skipped for its overlap. */
  readonly mayFollow?: (() => boolean) | undefined
  /** Called with a slot in hand, right before the first attempt: `false` ends the run as `superseded`. */
  readonly beforeStart?: (() => boolean | Promise<boolean>) | undefined
  /** Called and not awaited; its error or rejection is logged. */
  readonly onAttemptStart?: ((attempt: number) => unknown) | undefined
  /**
   * Awaited before the wait for the next attempt, to record the failed attempt outside this process. An error prevents
   * the next attempt: the run ends as `failed` (or, for a `CancelledError`, as `cancelled`).
   */
  readonly beforeRetry?: ((failure: AttemptRecord, delayMs: number) => Promise<void> | void) | undefined
  /** Called when an attempt exceeds its bound; not awaited, like {@link onAttemptStart}. */
  readonly onTimeout?: ((attempt: number) => unknown) | undefined
}

/** The rules for running a task. All times are ms. */
export interface RunPolicy extends RunHooks {
  /** The number of further attempts after a failure, 0 to 100. @default 0 */
  readonly retries?: number
  /** The number of the first attempt: a run handed over by another process continues the numbering. @default 1 */
  readonly firstAttempt?: number
  /** Delay before the first attempt; a delayed run takes no slot. @default 0 */
  readonly notBeforeMs?: number
  /** @default 'exponential': 1 s, doubling, at most 5 min, all of it random */
  readonly backoff?: Backoff
  /** Bound of one attempt, at least 1. @default no bound */
  readonly timeoutMs?: number
  /** The same as {@link timeoutMs}, by the name that jobs use. Give one of them. */
  readonly timeout?: number
  /** Time for the action to end after its signal; then the action counts as abandoned. @default the executor's */
  readonly graceMs?: number
  /** Bound of the whole run from the request on, waiting included; 0 ends the run at once. @default no bound */
  readonly deadlineMs?: number
  /** Ends the run at any stage. The abort reason should be a `CancelledError` with the cause. */
  readonly signal?: AbortSignal | LazyAbort
  /** Handed to the action. */
  readonly fence?: number
  /**
   * - `skip`: this run ends at once as `skipped`
   * - `queue`: this run waits for its turn; with `queueLimit` waiting runs this run is skipped
   * - `allow`: this run starts regardless
   * - `cancel`: the other runs are told to end as `superseded`, and this run starts after their end
   * @default 'skip'
   */
  readonly overlap?: Overlap
  /** @default 'continue' */
  readonly onHang?: OnHang
  /** 0 to 100000. @default 100 */
  readonly queueLimit?: number
  /** Higher goes first when slots are scarce; no run is passed over for ever. -1000 to 1000. @default 0 */
  readonly priority?: number
  /** The concurrency group of the run: at most `groupLimit` actions of the group execute at a time. @default none */
  readonly group?: string
  /** 1 to 100000. The last given limit of a group holds. @default 1 */
  readonly groupLimit?: number
  /** See {@link OwnPolicy.enterGroup}. @default no places outside of this process */
  readonly enterGroup?: OwnPolicy['enterGroup']
}

/** A checked policy with its defaults. */
export interface ResolvedPolicy extends OwnPolicy {
  readonly retries: number
  readonly backoff: CheckedBackoff
  readonly timeoutMs: number | undefined
  readonly graceMs: number | undefined
  readonly onHang: OnHang
  readonly queueLimit: number
  readonly priority: number
  readonly group: string | undefined
  readonly groupLimit: number
}

/** The part of a policy that differs from run to run of the same job. */
export interface OwnPolicy extends RunHooks {
  readonly firstAttempt: number
  readonly notBeforeMs: number
  readonly deadlineMs: number | undefined
  readonly signal: AbortSignal | LazyAbort | undefined
  readonly fence: number | undefined
  readonly overlap: Overlap
  /**
   * Awaited before each attempt, with a place in the group and without a slot: takes a place of the group outside of this
   * process, and returns the function that gives the place back. Must reject when `ending` aborts, and else never.
   */
  readonly enterGroup?: ((ending: LazyAbort) => Promise<() => void>) | undefined
}

const MAX_MS = Number.MAX_SAFE_INTEGER

const POLICY_SPEC = {
  retries: integer({ min: 0, max: 100, default: 0 }),
  firstAttempt: integer({ min: 1, default: 1 }),
  notBeforeMs: number({ min: 0, max: MAX_MS, default: 0 }),
  backoff: custom<Backoff>(
    "'exponential', 'linear', 'fixed', their options, a list of delays or a function",
    (value): value is Backoff => value !== null && ['string', 'object', 'function'].includes(typeof value),
    'exponential',
  ),
  timeoutMs: optional(number({ min: 1, max: MAX_MS })),
  timeout: optional(number({ min: 1, max: MAX_MS })),
  graceMs: optional(number({ min: 0, max: 2 ** 31 })),
  deadlineMs: optional(number({ min: 0, max: MAX_MS })),
  signal: optional(
    custom(
      'an AbortSignal',
      (value): value is AbortSignal | LazyAbort => value instanceof AbortSignal || value instanceof LazyAbort,
    ),
  ),
  fence: optional(integer({ min: 0 })),
  overlap: oneOf(['skip', 'queue', 'allow', 'cancel'], 'skip'),
  onHang: oneOf(['continue', 'wait'], 'continue'),
  queueLimit: integer({ min: 0, max: 100_000, default: 100 }),
  mayFollow: optional(func<NonNullable<RunPolicy['mayFollow']>>()),
  priority: integer({ min: -1000, max: 1000, default: 0 }),
  group: optional(string({ max: 128 })),
  groupLimit: integer({ min: 1, max: 100_000, default: 1 }),
  enterGroup: optional(func<NonNullable<RunPolicy['enterGroup']>>()),
  beforeStart: optional(func<NonNullable<RunPolicy['beforeStart']>>()),
  onAttemptStart: optional(func<NonNullable<RunPolicy['onAttemptStart']>>()),
  beforeRetry: optional(func<NonNullable<RunPolicy['beforeRetry']>>()),
  onTimeout: optional(func<NonNullable<RunPolicy['onTimeout']>>()),
}

/**
 * Checks a policy and fills in its defaults. A job's definition can be checked long before its first run.
 * @throws S3SchedError `INVALID_OPTIONS`, naming every problem.
 */
export function resolvePolicy(policy: RunPolicy = {}): ResolvedPolicy {
  const { timeout, ...resolved } = resolveOptions('run policy', POLICY_SPEC, policy, [
    ({ timeoutMs, timeout: other }) =>
      timeoutMs !== undefined && other !== undefined && timeoutMs !== other
        ? `expected one of timeoutMs and timeout, got ${timeoutMs} and ${other}`
        : undefined,
  ])
  return {
    ...resolved,
    timeoutMs: resolved.timeoutMs ?? timeout,
    backoff: checkBackoff(resolved.backoff),
  }
}
