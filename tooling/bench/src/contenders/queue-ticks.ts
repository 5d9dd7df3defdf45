/** Time between the queueing of a job and its tick. */
const AHEAD_MS = 2500
const TOO_LATE_MS = 500

/**
 * For queues with own schedules no finer than a minute: calls `queue` once for each second, either well before the tick
 * and half a second away from any other tick, or on the tick. Each process makes the call, and the queue has to
 * recognize the second call as the same.
 */
export function queueTicks(when: 'ahead' | 'tick', queue: (tick: number) => Promise<unknown>): () => Promise<void> {
  const aheadMs = when === 'ahead' ? AHEAD_MS : 0
  let timer: NodeJS.Timeout
  let underWay: Promise<unknown> = Promise.resolve()
  const arm = (tick: number): void => {
    timer = setTimeout(
      () => {
        // After a pause, a process leaves the passed ticks to the others, and goes on with the coming ticks.
        if (Date.now() < tick - aheadMs + TOO_LATE_MS)
          underWay = queue(tick).catch((error: unknown) => console.error(error))
        arm(Math.max(tick + 1000, nextTick()))
      },
      tick - aheadMs - Date.now(),
    )
  }
  const nextTick = (): number => Math.ceil((Date.now() + aheadMs) / 1000) * 1000
  arm(nextTick() + 1000)
  return async () => {
    clearTimeout(timer)
    await underWay
  }
}
