/**
 * Decides how long an instance whose event loop was blocked leaves leading to the others.
 *
 * **The reason.** A blocked process renews no lease, claims no tick and starts no run. The action that blocked the loop
 * will mostly block it again at its next tick. Without a rule the leadership would move at every block, to an instance
 * that runs the same action and blocks too.
 *
 * **The rule.** A leader that was blocked for a third of the ttl or longer *yields*: it hands the lease over, and stands
 * back for a time that doubles with each block. It yields only to an instance that does not yield itself, as far as the
 * member objects tell. Where all instances block, and where there is only one, leading stays where it is.
 *
 * **A silent holder.** Meanwhile the same action may block the next leader. An instance that yields knows from itself
 * how long such a block lasts, and gives the holder this time before it takes the lease. A holder whose process is
 * known to be gone gets no such time, and neither does a free lease.
 *
 * **Authority** is the lease alone. All of this is courtesy: a wrong decision costs a change of leader, or a wait during
 * which the standbys claim what is due.
 */

export interface YieldState {
  /** Blocks in a row, each before the one before was forgotten. */
  readonly blocks: number
  /** The longest of these blocks, ms. */
  readonly longestMs: number
  /** Time to stand back after the last of them, ms. */
  readonly yieldMs: number
  /** The end of this time, by the monotonic clock. */
  readonly until: number
}

export interface Block {
  readonly blockedMs: number
  /** The end of the block, by the monotonic clock. */
  readonly at: number
  readonly ttlMs: number
}

export const NEVER_BLOCKED: YieldState = { blocks: 0, longestMs: 0, yieldMs: 0, until: -Infinity }

/** Time to stand back after the first block, ms: several ticks of the jobs that may block. */
const LEAST_MS = 600_000
const LEAST_TTLS = 10
/** The longest such time, ms, unless the ttl asks for more. */
const MOST_MS = 4 * 3_600_000
/** The next block of the same action may last longer than the last by this factor. */
const PATIENCE = 1.5

/** The state after a block. */
export function noteBlock(state: YieldState, { at, blockedMs, ttlMs }: Block): YieldState {
  const leastMs = Math.max(LEAST_MS, LEAST_TTLS * ttlMs)
  const isForgotten = at > state.until + state.yieldMs
  const blocks = isForgotten ? 1 : state.blocks + 1
  const yieldMs = Math.max(leastMs, Math.min(MOST_MS, leastMs * 2 ** (blocks - 1)))
  const longestMs = isForgotten ? blockedMs : Math.max(blockedMs, state.longestMs)
  return { blocks, longestMs, yieldMs, until: at + yieldMs }
}

/** Time for which the instance still stands back, ms; 0 for none. */
export function yieldLeftMs({ until }: YieldState, now: number): number {
  return Math.max(0, until - now)
}

/** Time given to a silent holder of the lease, ms. */
export function patienceMs(state: YieldState, now: number): number {
  return yieldLeftMs(state, now) > 0 ? PATIENCE * state.longestMs : 0
}
