/**
 * The pace of a page. Some servers take a single write a second for a key, and answer more writes with 429 or SlowDown.
 * After such an answer the page waits between commits: a quarter of a second at first, twice as long after every
 * further answer, a second at most. Changes from the meantime go along with the next commit, so nothing is lost but
 * time. Calm commits make the wait shorter again, slowly, because every probe of the server's limit costs a refused
 * write.
 */
export interface Pace {
  /** The least time between two commits, in ms. */
  readonly gapMs: number
  /** The number of commits since the last change of the gap. */
  readonly calm: number
}

export const UNPACED: Pace = { gapMs: 0, calm: 0 }

const FIRST_GAP_MS = 250
const LONGEST_GAP_MS = 1000
/** A shorter gap makes no difference. */
const SHORTEST_GAP_MS = 50
const CALM_COMMITS = 10

/** @param isThrottled - the server asked for fewer writes during this commit */
export function afterCommit(pace: Pace, isThrottled: boolean): Pace {
  if (isThrottled) {
    return { gapMs: Math.min(Math.max(pace.gapMs * 2, FIRST_GAP_MS), LONGEST_GAP_MS), calm: 0 }
  }
  if (pace.gapMs === 0) return pace
  if (pace.calm + 1 < CALM_COMMITS) return { ...pace, calm: pace.calm + 1 }
  const gapMs = pace.gapMs * 0.8
  return { gapMs: gapMs < SHORTEST_GAP_MS ? 0 : gapMs, calm: 0 }
}
