import { onAbortUntil } from './abort-until.ts'
import type { Clock } from './clock.ts'

/** The work took longer than its time. */
export const LATE: unique symbol = Symbol('late')

/** Without a reason, every abort makes an exception with a stack trace. */
const OVER = 'the wait is over'

/**
 * The result of the work, or {@link LATE} after `ms`. Late work goes on, and the caller does not learn its end.
 * @param stop - ends the wait early, as after `ms`
 * @throws the error of work that rejects in time
 */
export async function orLate<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  stop?: AbortSignal,
): Promise<T | typeof LATE> {
  const over = new AbortController()
  const end = (): void => over.abort(OVER)
  const late = (): typeof LATE => LATE
  // Aborted, where the work was faster or the caller waits no longer.
  const waited = clock.sleep(ms, over.signal).then(late, late)
  if (stop?.aborted === true) end()
  else if (stop !== undefined) onAbortUntil(stop, over.signal, end)
  try {
    return await Promise.race([work, waited])
  } finally {
    end()
  }
}
