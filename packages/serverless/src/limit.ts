import type { Clock } from '@s3sched/kernel'

/** The longest time of some work, in ms. */
export interface Limit {
  readonly limitMs: number
  readonly clock: Clock
}

/** The rest of a limit. @param begun - by the monotonic clock */
export function restOf({ clock, limitMs }: Limit, begun: number): Limit {
  return { clock, limitMs: Math.max(0, limitMs - (clock.monotonic() - begun)) }
}
