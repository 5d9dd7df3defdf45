import { RUN_STATUSES, type RunStatus } from '@s3sched/history'
import { nameAdvice } from '@s3sched/kernel'
import { UsageError } from '../ending.ts'

/** Statuses of runs, separated by commas. @throws UsageError */
export function parseStatuses(text: string | undefined): readonly RunStatus[] | undefined {
  if (text === undefined) return undefined
  return text.split(',').map((word) => {
    const status = RUN_STATUSES.find((known) => known === word.trim())
    if (status !== undefined) return status
    throw new UsageError(
      `expected --status to be one or several of ${RUN_STATUSES.join(', ')}, got '${word}'`,
      nameAdvice(word.trim(), RUN_STATUSES, 'Separate several statuses by commas'),
    )
  })
}
