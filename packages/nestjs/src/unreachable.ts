import { SchedulerError } from '@s3sched/plugin'

/** A decorated method that no run could call. Nobody would miss such a job for weeks. */
export function unreachable(title: string, reason: string, suggestion: string): SchedulerError {
  return new SchedulerError(`${title} can't be a job: ${reason}`, { code: 'INVALID_JOB', suggestion })
}
