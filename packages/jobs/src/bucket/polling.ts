/**
 * The intervals of looks at the bucket, and the number of instances that look. The engine asks by these numbers, and the cost estimate
 * counts by them.
 */

/** Number of followers that look after due ticks: the second covers for a first follower that died unnoticed. */
export const STANDBYS = 2

/** The longest interval of looks at the change marker, in ms. */
export const WATCH_MS = 15_000

/** Interval of looks at the change marker: twice a heartbeat, and every 15 s at least, in ms. */
export function watchMsOf(heartbeatInterval: number): number {
  return Math.min(WATCH_MS, heartbeatInterval / 2)
}
