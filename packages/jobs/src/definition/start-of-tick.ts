import type { Schedule } from '@s3sched/cron'
import { jitterOf } from './jitter.ts'

/**
 * The instant at which a tick starts, epoch ms: the tick itself, or with `jitterMs` a little later, the same for every
 * instance.
 *
 * A tick starts before the next tick of its schedule, even with a large `jitterMs`. Ticks are settled in order: later
 * ticks would be overdue behind a tick with a later start, and the history would call them missed.
 */
export function startOfTick(
  jobName: string,
  schedule: Pick<Schedule, 'next'> | null,
  tick: number,
  jitterMs: number,
): number {
  if (jitterMs === 0) return tick
  const next = schedule?.next(tick) ?? Infinity
  return tick + jitterOf(jobName, tick, Math.min(jitterMs, next - tick - 1))
}
