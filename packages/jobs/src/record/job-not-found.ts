import { SchedulerError } from '../scheduler-error.ts'

/** @param meant - the name probably meant */
export function jobNotFound(name: string, meant?: string): SchedulerError {
  return new SchedulerError(`Job '${name}' not found`, {
    code: 'JOB_NOT_FOUND',
    context: { jobName: name },
    ...(meant === undefined ? {} : { suggestion: `Did you mean '${meant}'?` }),
  })
}
