import { scheduleText as textOf, type JobSpec } from '@s3sched/operator'
import { formatDuration } from '../html/duration.ts'
import { formatInstant } from '../html/instant.ts'

const words = { instant: formatInstant, duration: formatDuration }

/** A job's schedule in a few words. */
export function scheduleText(spec: JobSpec): string {
  return textOf(spec, words)
}
