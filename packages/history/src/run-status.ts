/**
 * The end of a tick or a run:
 * - `success`, `failed`, `timeout`, `cancelled`: executed
 * - `skipped`: not started, on purpose; `reason` tells why
 * - `missed`: no process was there to start the run
 * - `lost`: claimed, and the claiming process is gone without a record; the action may have begun. A later record of
 *   the same run supersedes `lost`.
 */
export const RUN_STATUSES = ['success', 'failed', 'timeout', 'cancelled', 'skipped', 'missed', 'lost'] as const

/** The end of a run, or the reason why a tick did not run. */
export type RunStatus = (typeof RUN_STATUSES)[number]

export function isRunStatus(value: unknown): value is RunStatus {
  return RUN_STATUSES.includes(value as RunStatus)
}

/** True when an action was called at least once, so that the duration has a meaning. */
export function didRun(status: RunStatus): boolean {
  return status === 'success' || status === 'failed' || status === 'timeout' || status === 'cancelled'
}

/** A record of a run with a larger rank knows more; a record with the rank of a success is final. */
export function rankOf(status: RunStatus): number {
  if (status === 'lost') return 0
  if (status === 'skipped' || status === 'missed') return 1
  // Another process may have finished a run with a `cancelled` record.
  return status === 'cancelled' ? 2 : 3
}
