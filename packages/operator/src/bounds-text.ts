import type { JobSpec } from '@s3sched/jobs'
import type { ScheduleWords } from './schedule-text.ts'

/** The bounds of a job's runs in a few words, such as `deadline 5m, priority 10, group db (2 a process)`; '' for none. */
export function boundsText(spec: JobSpec, { duration }: Pick<ScheduleWords, 'duration'>): string {
  const { deadline, pauseAfterFailures = 0, priority } = spec
  const parts = [
    deadline === 0 ? '' : `deadline ${duration(deadline)}`,
    priority === 0 ? '' : `priority ${priority}`,
    spec.group === null ? '' : `group ${groupText(spec)}`,
    pauseAfterFailures === 0
      ? ''
      : `pause after ${pauseAfterFailures === 1 ? '1 failure' : `${pauseAfterFailures} failures`}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** The concurrency group with its limits, such as `db (2 a process, 10 in the fleet)`; '' for none. */
export function groupText({ group, groupFleetLimit, groupLimit }: JobSpec): string {
  if (group === null) return ''
  if (groupFleetLimit === 0) return `${group} (${groupLimit} a process)`
  if (groupFleetLimit <= groupLimit) return `${group} (${groupFleetLimit} in the fleet)`
  return `${group} (${groupLimit} a process, ${groupFleetLimit} in the fleet)`
}
