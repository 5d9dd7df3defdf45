import { messageOf } from '@s3sched/kernel'
import { LedgerError } from '@s3sched/ledger'
import { SchedulerError } from '../scheduler-error.ts'

/** The record of a job can't be read, and was not changed. */
export class UnreadableRecordError extends SchedulerError {
  constructor(name: string, problem: string) {
    super(`the record of job '${name}' is unreadable: ${problem}`, {
      code: 'STORE',
      retriable: true,
      suggestion: `Unless it passes, look at the line of '${name}' in the pages below jobs/ in the bucket; when the line is deleted, instances that know the job write it again`,
      context: { jobName: name },
    })
  }
}

export function undecided(name: string, cause: unknown): SchedulerError {
  return new SchedulerError(`it is not known whether a change of job '${name}' was written: ${messageOf(cause)}`, {
    code: 'STORE',
    retriable: true,
    suggestion: 'Look at the job before you ask again',
    context: { jobName: name },
    cause,
  })
}

/** True for the error of a change that the close of the records has overtaken. */
export function isOvertakenByClose(error: unknown): boolean {
  const cause = error instanceof SchedulerError ? error.cause : error
  return cause instanceof LedgerError && cause.code === 'CLOSED'
}

export function unanswered(name: string, afterMs: number): SchedulerError {
  return new SchedulerError(
    `the store has not answered for ${afterMs / 1000} s: it is not known whether job '${name}' was changed`,
    {
      code: 'STORE',
      retriable: true,
      suggestion: 'Look at the job when the store answers again, before you ask again',
      context: { jobName: name },
    },
  )
}
