/** The moment of a check-in: the start of a run, its success, or its end without success. */
export type CheckInPhase = 'start' | 'ok' | 'fail'

/** A run in a ping. */
export interface CheckedRun {
  /** The name of the job. */
  readonly jobName: string
  /** The id of the run. */
  readonly runId: string
}

/**
 * The URL of the monitor: a URL of healthchecks.io (or of a server like it), of cronitor.link, or of Sentry Crons; the
 * form of the ping follows the host. A function gives the URL of each ping, for any other monitor.
 */
export type CheckIn = string | ((phase: CheckInPhase, run: CheckedRun) => string)

/** True for a function, and for the http address of a monitor. */
export function isCheckIn(value: unknown): value is CheckIn {
  if (typeof value === 'function') return true
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}
