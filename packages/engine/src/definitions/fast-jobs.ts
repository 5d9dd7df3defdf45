import { intervalOf, type LocalJob } from '@s3sched/jobs'

/** A shorter interval is warned about: each tick costs requests, and a claim takes as long as the store's answer. */
export const FAST_MS = 1000

export function isFast({ schedule }: Pick<LocalJob, 'schedule'>): boolean {
  return (intervalOf(schedule) ?? Infinity) < FAST_MS
}
