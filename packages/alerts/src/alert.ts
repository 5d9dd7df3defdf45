/**
 * - `failed`: a job failed, timed out or was lost, as often in a row as the rule's `after`
 * - `recovered`: a job of which `failed` was told succeeded again
 * - `missed`: ticks that no process ran in time
 * - `lost`: runs whose process died
 * - `late`: a due tick that nobody has claimed for two minutes
 * - `stalled`: a run that goes on for longer than it should
 * - `leaderless`: a leader fell silent, and nobody led for a while; told by the next leader
 */
export const ALERT_KINDS = ['failed', 'recovered', 'missed', 'lost', 'late', 'stalled', 'leaderless'] as const

/** The kind of an alert, one of {@link ALERT_KINDS}. */
export type AlertKind = (typeof ALERT_KINDS)[number]

/** A message about a job or the fleet. Plain JSON; instants are epoch ms. */
export interface Alert {
  /** The same for each delivery: a receiver that sees an id again has the alert already. */
  readonly id: string
  /** The name of the rule. */
  readonly rule: string
  /** The kind of the event behind the alert. */
  readonly kind: AlertKind
  /** `null` for an alert about the fleet. */
  readonly job: string | null
  /** The moment of the decision. */
  readonly at: number
  /** One sentence for people. */
  readonly message: string
  /** Failures in a row, ticks or runs; 1 where nothing is counted. */
  readonly count: number
  /** The run in question, where there is one. */
  readonly runId?: string
  /** The tick of the run, epoch ms. */
  readonly scheduledTime?: number
  /** The place of the fleet, for people; without secrets. */
  readonly store: string
}
