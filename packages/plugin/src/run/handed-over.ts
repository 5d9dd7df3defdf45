import type { RunOutcome } from '@s3sched/executor'
import { effectiveSpec } from '../job/job-record.ts'
import type { RunStart } from './run-service.ts'

/** While nothing is executed another instance can go on with the run. Who started one by hand awaits it here, though. */
export function isHandedOver(outcome: RunOutcome, { authority, record, run }: RunStart): boolean {
  if (outcome.status !== 'cancelled' || run.trigger === 'manual') return false
  // One that its own job's next run took the place of, by `overlap: 'cancel'`, is over.
  const isSuperseded = outcome.reason === 'superseded' && !authority.isTrusted()
  const isLeft = outcome.reason === 'stopped' || outcome.reason === 'lease-lost' || isSuperseded
  const last = outcome.attempts.at(-1)
  if (last === undefined) return isLeft
  if (last.attempt > effectiveSpec(record).retries) return false
  // An action that goes on although it was told to end must not get company elsewhere.
  return isLeft && last.status !== 'cancelled' && last.abandoned !== true
}
