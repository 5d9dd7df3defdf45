import { describe, isJobName, JOB_NAME_EXPECTED } from '@s3sched/kernel'
import { SchedulerError } from '../scheduler-error.ts'

/**
 * Any text may be a name; control characters could rewrite a line of the log, or a terminal.
 * @throws {@link SchedulerError} `INVALID_JOB`
 */
export function checkJobName(name: unknown): asserts name is string {
  if (isJobName(name)) return
  throw new SchedulerError(`expected ${JOB_NAME_EXPECTED}, got ${describe(name)}`, {
    code: 'INVALID_JOB',
    suggestion: 'Rename the job',
    context: { jobName: name },
  })
}
