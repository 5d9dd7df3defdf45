/** The used part of the context of an action; the context of a scheduler's action has all of these fields. */
export interface TargetContext {
  readonly jobName: string
  readonly runId: string
  /** The tick. */
  readonly scheduledTime: Date
  /** 1 is the first. */
  readonly attempt: number
  /** Aborts when the attempt must end: at its timeout, by a cancellation, or when the right to run is lost. */
  readonly signal: AbortSignal
  /** Grows with every claim of the job. */
  readonly fence?: number | undefined
}
