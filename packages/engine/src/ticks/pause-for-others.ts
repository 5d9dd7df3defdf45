/** Pause before the next look at an overdue tick, where the end of the run in the way is unknown, in ms. */
export const AGAIN_MS = 5000
/** The shortest such pause where the end is known, in ms. */
export const SOON_MS = 100

/**
 * Pause before the next look at an overdue tick with a run elsewhere in the way, in ms.
 * @param overInMs - the time until the end of the run; `undefined` when unknown
 */
export function pauseForOthersMs(overInMs: number | undefined): number {
  return overInMs === undefined ? AGAIN_MS : Math.max(SOON_MS, overInMs)
}
