import { CancelledError } from '@s3sched/executor'
import type { Authority } from './authority.ts'

/** The reason for the end of a run whose authority has ended. */
export function endOf(authority: Authority): CancelledError {
  const { reason } = authority.signal
  return reason instanceof CancelledError ? reason : new CancelledError('lease-lost')
}
