import { intervalOf } from './compile-schedule.ts'
import type { LocalJob } from './local-job.ts'

/** A shorter interval is warned about: each tick costs requests, and a claim takes as long as the store's answer. */
export const FAST_MS = 1000

export function isFast({ schedule }: Pick<LocalJob, 'schedule'>): boolean {
  return (intervalOf(schedule) ?? Infinity) < FAST_MS
}
