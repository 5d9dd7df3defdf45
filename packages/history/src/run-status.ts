/**
 * How a tick or a run ended:
 * - `success`, `failed`, `timeout`, `cancelled`: it ran
 * - `skipped`: it was not started, on purpose; `reason` says why
 * - `missed`: nobody was there to start it
 * - `lost`: it was started, and whoever ran it is gone without a word. A later record of the same run supersedes this.
 */
export const RUN_STATUSES = ['success', 'failed', 'timeout', 'cancelled', 'skipped', 'missed', 'lost'] as const

export type RunStatus = (typeof RUN_STATUSES)[number]

export function isRunStatus(value: unknown): value is RunStatus {
  return RUN_STATUSES.includes(value as RunStatus)
}

/** Whether an action was called at least once, so that the duration means something. */
export function didRun(status: RunStatus): boolean {
  return status === 'success' || status === 'failed' || status === 'timeout' || status === 'cancelled'
}
