import type { Clock } from '@s3sched/kernel'

/** Without an explicit reason, each abort creates an exception with a stack trace: several per run, and all unread. */
const CANCELLED = 'the timer was cancelled'

/**
 * Calls `act` after `ms`, unless the returned function is called before; no timer or listener is left behind either
 * way.
 */
export function startTimer(clock: Clock, ms: number, act: () => void): () => void {
  const controller = new AbortController()
  void wait(clock, ms, controller.signal, act)
  return () => controller.abort(CANCELLED)
}

async function wait(clock: Clock, ms: number, signal: AbortSignal, act: () => void): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  act()
}
