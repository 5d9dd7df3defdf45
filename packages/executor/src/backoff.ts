/**
 * The delay before the next attempt. Pure: the same input and the same random number give the same delay.
 *
 * Named backoffs grow with the number of the retry (1 is the first) up to `maxMs`. `jitter` is the random part of the
 * delay: the instances of a fleet that failed together must not come back together.
 */
import { custom, describe, messageOf, number, oneOf, onRejection, resolveOptions, type Random } from '@s3sched/kernel'

/** The growth of the delays: by a factor, by the same amount, or not at all. */
export type BackoffType = 'exponential' | 'linear' | 'fixed'

/** The delays between the attempts of a run. */
export interface BackoffOptions {
  readonly type: BackoffType
  /** The delay before the first retry, in ms, at least 0. @default 1000 */
  readonly baseMs?: number
  /** The growth factor of an exponential delay, 1 to 100. @default 2 */
  readonly factor?: number
  /** The longest delay, in ms. @default 300000 */
  readonly maxMs?: number
  /** The part of the delay that is random, 0 to 1. @default 1 for exponential, else 0 */
  readonly jitter?: number
}

/** The delay in ms after the failure of `attempt` (1 is the first) with `error`. */
export type BackoffFunction = (attempt: number, error: unknown) => number

/** A name, its options, a list of delays in ms (the last delay repeats), or a function. */
export type Backoff = BackoffType | BackoffOptions | readonly number[] | BackoffFunction

type ResolvedBackoff = Required<BackoffOptions>

const BACKOFF_SPEC = {
  type: oneOf(['exponential', 'linear', 'fixed']),
  baseMs: number({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 1000 }),
  factor: number({ min: 1, max: 100, default: 2 }),
  maxMs: number({ min: 0, max: Number.MAX_SAFE_INTEGER, default: 300_000 }),
  jitter: custom(
    'a number >= 0 and <= 1',
    (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
    -1,
  ),
}

export const isDelay = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER

/**
 * A checked backoff. The check comes when the run is requested, so that a wrong backoff is refused before the run and
 * not after its first failure.
 */
export type CheckedBackoff = ResolvedBackoff | readonly number[] | BackoffFunction

/** The backoffs that are a name alone, as nearly every run has one: each is checked once. */
const named = new Map<string, CheckedBackoff>()

/** @throws S3SchedError `INVALID_OPTIONS`, naming every problem. */
export function checkBackoff(backoff: Backoff | undefined): CheckedBackoff {
  if (typeof backoff === 'function') return backoff
  if (typeof backoff === 'object') return checkedBackoff(backoff)
  const name = backoff ?? 'exponential'
  const known = named.get(name)
  if (known !== undefined) return known
  const checked = checkedBackoff({ type: name })
  named.set(name, checked)
  return checked
}

function checkedBackoff(backoff: BackoffOptions | readonly number[]): CheckedBackoff {
  if (Array.isArray(backoff)) {
    resolveOptions('backoff', { backoff: delayList }, { backoff })
    return [...(backoff as readonly number[])]
  }
  const resolved = resolveOptions('backoff', BACKOFF_SPEC, backoff)
  const jitter = resolved.jitter >= 0 ? resolved.jitter : resolved.type === 'exponential' ? 1 : 0
  return { ...resolved, jitter }
}

const delayList = custom(
  'a list of 1 to 100 delays in ms, each >= 0',
  (value): value is readonly number[] =>
    Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(isDelay),
)

/** The delay before a retry. */
export interface Delay {
  readonly delayMs: number
  /** The problem of the backoff function, if the default had to replace the function. */
  readonly problem?: string
}

/**
 * The delay after a failed attempt.
 * @param failed - the attempt that failed, 1 is the first
 */
export function delayAfter(backoff: CheckedBackoff, failed: number, error: unknown, random: Random): Delay {
  if (typeof backoff === 'function') return fromFunction(backoff, failed, error, random)
  if (isList(backoff)) return { delayMs: backoff[Math.min(failed, backoff.length) - 1] ?? 0 }
  const { type, baseMs, factor, maxMs, jitter } = backoff
  const grown = type === 'fixed' ? baseMs : type === 'linear' ? baseMs * failed : baseMs * factor ** (failed - 1)
  const full = Math.min(maxMs, grown)
  return { delayMs: full * (1 - jitter) + random.float() * full * jitter }
}

/** A broken function must not cost the promised retries: the default takes its place, and the problem is reported. */
function fromFunction(backoff: BackoffFunction, failed: number, error: unknown, random: Random): Delay {
  let problem: string
  try {
    const delayMs: unknown = backoff(failed, error)
    if (isDelay(delayMs)) return { delayMs }
    // The rejection of an async function says less than the line below.
    onRejection(delayMs, () => {})
    problem = `expected the backoff function to return ms >= 0, got ${describe(delayMs)}`
  } catch (thrown) {
    problem = `the backoff function threw: ${messageOf(thrown)}`
  }
  return { ...delayAfter(checkBackoff('exponential'), failed, error, random), problem }
}

function isList(backoff: ResolvedBackoff | readonly number[]): backoff is readonly number[] {
  return Array.isArray(backoff)
}
