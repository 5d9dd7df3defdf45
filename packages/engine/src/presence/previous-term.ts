import type { PreviousLeadership } from '@s3sched/coordinator'

/** The content of the lease before this leader's. A field of an unknown form counts as absent. */
export interface PreviousTerm {
  readonly epoch: number
  readonly holder: string
  /** `held`: the term ended without a release. */
  readonly state: 'held' | 'free'
  /** Every tick up to here was settled, except ticks of the unclaimed jobs; epoch ms. */
  readonly watermark: number | undefined
  /** The last renewal by the server's clock, epoch ms. */
  readonly renewedAt: number | undefined
  /** Promotion of a later leader that died before the first renewal, by the server's clock, epoch ms. */
  readonly triedAt?: number | undefined
  /** Time after the last renewal during which other instances had to respect the lease, in ms. */
  readonly ttlMs: number | undefined
  /** Jobs whose ticks the holder left for an instance with the action. */
  readonly unclaimed: readonly string[]
  /** The whole payload. */
  readonly payload: Readonly<Record<string, unknown>>
}

/** Reads what the payload of this and of other versions tells. */
export function readTerm(previous: PreviousLeadership): PreviousTerm {
  const { epoch, holder, lastModified, payload, state, triedAt, ttlMs } = previous
  const { watermark, unclaimed } = (payload ?? {}) as { readonly watermark?: unknown; readonly unclaimed?: unknown }
  return {
    epoch,
    holder,
    state,
    watermark: typeof watermark === 'number' ? watermark : undefined,
    renewedAt: lastModified,
    triedAt,
    ttlMs,
    payload: payload ?? {},
    unclaimed: typeof unclaimed === 'object' && unclaimed !== null ? Object.keys(unclaimed) : [],
  }
}
