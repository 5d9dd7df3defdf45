import { parseSchedule } from '@s3sched/cron'
import { S3SchedError } from '@s3sched/kernel'
import { UsageError } from '../ending.ts'

/** The name of a zone, in the form of a job's option. @throws UsageError */
export function parseZone(text: string | undefined): string {
  if (text === undefined) return 'UTC'
  try {
    parseSchedule('@daily', { timezone: text })
  } catch (error) {
    if (!(error instanceof S3SchedError)) throw error
    const hint = error.suggestion === undefined ? '' : `. ${error.suggestion}`
    throw new UsageError(`expected --tz to be a time zone such as Europe/Berlin or UTC, got '${text}'${hint}`)
  }
  return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone === 'UTC' ? 'UTC' : text
}
