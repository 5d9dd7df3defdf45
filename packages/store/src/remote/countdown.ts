import { fullJitter, type Clock, type Random } from '@s3sched/kernel'
import type { CallOptions } from '../object-store.ts'
import type { StoreError } from '../store-error.ts'

const DEFAULT_TIMEOUT_MS = 10_000

/**
 * The share of one try is at most 1 / TRIES_IN_TIME of the call's time, so that a request that hangs leaves time for
 * another try.
 */
const TRIES_IN_TIME = 3

const BACKOFF = { baseMs: 50, maxMs: 5_000 }
/** A throttling server wants fewer requests, not the same requests a little later. */
const THROTTLED_BACKOFF = { baseMs: 300, maxMs: 10_000 }

/** The remaining time of one call, and the waits between its tries. */
export interface Countdown {
  /** The time limit of the next request, ms; 0 when the time is over. */
  tryMs(): number
  /**
   * Waits before the next try: the server's Retry-After, plus full jitter.
   * @returns false, at once, when the wait would outlast the call
   * @throws the caller's reason
   */
  backOff(trouble: StoreError | undefined): Promise<boolean>
}

export function startCountdown(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: CallOptions,
): Countdown {
  const startedAt = clock.monotonic()
  const leftMs = (): number => Math.max(0, timeoutMs - (clock.monotonic() - startedAt))
  let retry = 0
  return {
    tryMs: () => Math.min(timeoutMs / TRIES_IN_TIME, leftMs()),
    async backOff(trouble) {
      retry++
      const asked = trouble?.context['retryAfterMs']
      const backoff = trouble?.code === 'THROTTLED' ? THROTTLED_BACKOFF : BACKOFF
      const waitMs = (typeof asked === 'number' ? asked : 0) + fullJitter(retry, backoff, random)
      if (waitMs >= leftMs()) return false
      await clock.sleep(waitMs, signal)
      return true
    },
  }
}
