import { scheduleText as textOf, type DescribedSpec } from '@s3sched/operator'
import { formatDuration, formatInstant } from './times.ts'

const words = { instant: (at: number): string => formatInstant(at, 'UTC'), duration: formatDuration }

/** A job's schedule, in a few words. */
export function scheduleText(spec: DescribedSpec): string {
  return textOf(spec, words)
}
