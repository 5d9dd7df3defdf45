import type { RunOutcome } from '@s3sched/executor'
import { effectiveSpec } from '@s3sched/jobs'
import type { Authority } from './authority.ts'
import type { RunStart } from './run-start.ts'

/**
 * Another instance can go on with a run while no attempt is executing. A run by hand is never handed over: the caller
 * waits in the same process.
 * @param authority - over the run alone
 */
export function isHandedOver(
  outcome: RunOutcome,
  { job, record, run }: RunStart,
  authority: Pick<Authority, 'isTrusted'>,
): boolean {
  if (outcome.status !== 'cancelled' || run.trigger === 'manual') return false
  // A run replaced by the next run of its own job (`overlap: 'cancel'`) is over.
  const isSuperseded = outcome.reason === 'superseded' && !authority.isTrusted()
  const isLeft = outcome.reason === 'stopped' || outcome.reason === 'lease-lost' || isSuperseded
  const last = outcome.attempts.at(-1)
  if (last === undefined) return isLeft
  if (last.attempt > effectiveSpec(record).retries) return false
  // An action that ignored the abort still executes: a second attempt elsewhere would overlap.
  const isFree = last.abandoned !== true || job.onHang === 'continue'
  return isLeft && last.status !== 'cancelled' && isFree
}
