import { describe, S3SchedError } from '@s3sched/kernel'
import type { Schedule } from './schedule.ts'

/**
 * The first `limit` ticks of a schedule strictly after `after`.
 *
 * @throws S3SchedError `INVALID_LIMIT` when `limit` is not an integer >= 0.
 */
export function collect(schedule: Pick<Schedule, 'next'>, after: number | Date, limit: number): number[] {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new S3SchedError(`expected limit to be an integer >= 0, got ${describe(limit)}`, {
      code: 'INVALID_LIMIT',
      context: { limit },
    })
  }
  const ticks: number[] = []
  for (let last = after; ticks.length < limit;) {
    const tick = schedule.next(last)
    if (tick === null) break
    ticks.push(tick)
    last = tick
  }
  return ticks
}
