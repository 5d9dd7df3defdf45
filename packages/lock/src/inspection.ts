import type { Sight } from './lease-state.ts'

/** Contents of a lock's object at the last read. */
export type LockInspection =
  | { readonly state: 'missing' }
  | { readonly state: 'free'; readonly fence: number }
  | {
      readonly state: 'held'
      readonly by: string
      readonly fence: number
      readonly ttlMs: number
      /** Time since the lock was acquired, ms by the server's clock. */
      readonly sinceMs: number
      /** Time since the last renewal, ms by the server's clock. More than `ttlMs`: the holder is gone. */
      readonly renewedMs: number
      /** True when this host knows that the holder's process has ended: the next contender takes the lock at once. */
      readonly isGone: boolean
    }
  /** Counts as held until an operator breaks the lock. */
  | { readonly state: 'unreadable'; readonly problem: string; readonly repair: string }

/** @param seenForMs - used instead of the ages when the server does not send its time */
export function inspectSight(sight: Sight, seenForMs: number): LockInspection {
  if (sight.kind === 'unknown' || sight.kind === 'missing') return { state: 'missing' }
  if (sight.kind === 'unreadable') {
    return {
      state: 'unreadable',
      problem: sight.problem,
      repair: 'breakLock({ fence }) with a fence at least as high as any that was given out makes it a free lock',
    }
  }
  const { holder, fence, ttlMs, state, since } = sight.record
  if (state === 'free') return { state, fence }
  const { serverTime, lastModified, holderIsGone: isGone = false } = sight
  const ageOf = (instant: number | undefined): number =>
    serverTime === undefined || instant === undefined ? seenForMs : Math.max(0, serverTime - instant)
  return {
    state,
    by: holder,
    fence,
    ttlMs,
    sinceMs: ageOf(since ?? lastModified),
    renewedMs: ageOf(lastModified),
    isGone,
  }
}
