/** `'queue'`: one run after the other, and none beside another run of the job. `'allow'`: some at a time. */
export type BackfillOverlap = 'queue' | 'allow'

/** A backfill under way. Instants are epoch ms. */
export interface Backfill {
  readonly id: string
  /** The first and the last instant of the ticks. */
  readonly from: number
  readonly to: number
  readonly overlap: BackfillOverlap
  /** Every tick up to this instant is claimed or passed over. */
  readonly after: number
  /** The ticks claimed so far. */
  readonly claimed: number
}
