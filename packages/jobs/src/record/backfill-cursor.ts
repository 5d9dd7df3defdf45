/** `'queue'`: one run after the other, and none beside another run of the job. `'allow'`: some at a time. */
export type BackfillOverlap = 'queue' | 'allow'

/** A backfill under way. Instants are epoch ms. */
export interface Backfill {
  /** The id of the backfill. */
  readonly id: string
  /** The first instant of the ticks, epoch ms. */
  readonly from: number
  /** The last instant of the ticks, epoch ms. */
  readonly to: number
  /** Whether runs of the backfill may overlap with each other and with the job's other runs. */
  readonly overlap: BackfillOverlap
  /** Every tick up to this instant is claimed or passed over. */
  readonly after: number
  /** The ticks claimed so far. */
  readonly claimed: number
}
