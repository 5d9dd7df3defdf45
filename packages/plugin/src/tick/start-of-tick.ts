import type { Schedule } from '@s3sched/cron'
import { jitterOf } from './jitter.ts'

/**
 * The instant at which a tick starts, epoch ms: the tick itself, or with `jitterMs` a little later, the same for every instance.
 *
 * A tick starts before the next tick of its schedule, however large `jitterMs` is. Ticks are settled in their order, so a tick
 * that started after later ones would find those overdue, and the history would call them missed.
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
