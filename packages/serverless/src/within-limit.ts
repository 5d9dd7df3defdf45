import type { Clock } from '@s3sched/kernel'

/** The longest time of some work, in ms. */
export interface Limit {
  readonly limitMs: number
  readonly clock: Clock
}

/** The work took longer than its limit. */
export const LATE: unique symbol = Symbol('late')

/** The result of the work, or {@link LATE} at the limit. Late work goes on, and nobody learns its end. */
export async function withinLimit<T>({ clock, limitMs }: Limit, work: Promise<T>): Promise<T | typeof LATE> {
  const nap = new AbortController()
  const isLate = (): typeof LATE => LATE
  // Aborted, where the work was faster.
  const late = clock.sleep(limitMs, nap.signal).then(isLate, isLate)
  try {
    return await Promise.race([work, late])
  } finally {
    nap.abort('the work has ended')
  }
}

/** The rest of a limit. @param begun - by the monotonic clock */
export function restOf({ clock, limitMs }: Limit, begun: number): Limit {
  return { clock, limitMs: Math.max(0, limitMs - (clock.monotonic() - begun)) }
}
