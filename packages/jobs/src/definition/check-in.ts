export type CheckInPhase = 'start' | 'ok' | 'fail'

/** A run in a ping. */
export interface CheckedRun {
  readonly jobName: string
  readonly runId: string
}

/**
 * The URL of the monitor: a URL of healthchecks.io (or of a server like it), of cronitor.link, or of Sentry Crons; the
 * form of the ping follows the host. A function gives the URL of each ping, for any other monitor.
 */
export type CheckIn = string | ((phase: CheckInPhase, run: CheckedRun) => string)

export function isCheckIn(value: unknown): value is CheckIn {
  if (typeof value === 'function') return true
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}
