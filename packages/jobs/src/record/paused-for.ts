/** Why a job was paused without an operator. */
export interface PausedFor {
  /** The number of failures in a row. */
  readonly failures: number
  /** The last failed run. */
  readonly runId: string
  /** The end of this run, epoch ms. */
  readonly at: number
  /** The error of this run, or the reason for its loss; shortened. */
  readonly error: string | null
}
