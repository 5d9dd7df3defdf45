import type { Sight } from '@s3sched/lock'

/** The leader's lease as it was last read. Instants are epoch ms by the store's clock. */
export type LeaderView =
  /** Nobody has ever led here. */
  | { readonly state: 'missing' }
  /** The last leader stopped in order. */
  | { readonly state: 'free'; readonly epoch: number }
  | {
      readonly state: 'held'
      readonly workerId: string
      readonly epoch: number
      readonly ttlMs: number
      /** Since when it leads; `null` where the store doesn't say. */
      readonly since: number | null
      /** How long ago it renewed the lease. */
      readonly renewedMs: number
      /** It was silent for longer than its lease holds: it is gone, and nobody has followed yet. */
      readonly isSilent: boolean
      /** Every tick up to here is settled, but for those of the unclaimed jobs. */
      readonly watermark: number | null
      /** Jobs whose ticks wait for an instance that has the action, with their first open tick. */
      readonly unclaimed: Readonly<Record<string, number>>
    }
  | { readonly state: 'unreadable'; readonly problem: string }

/** @param now - stands in for the server's clock where the store doesn't say it, epoch ms */
export function viewLeader(sight: Sight, now: number): LeaderView {
  if (sight.kind === 'unknown' || sight.kind === 'missing') return { state: 'missing' }
  if (sight.kind === 'unreadable') return { state: 'unreadable', problem: sight.problem }
  const { fence: epoch, holder: workerId, payload, since, state, ttlMs } = sight.record
  if (state === 'free') return { state, epoch }
  const { lastModified, serverTime = now } = sight
  const renewedMs = lastModified === undefined ? 0 : Math.max(0, serverTime - lastModified)
  const { unclaimed, watermark } = payload
  return {
    state,
    workerId,
    epoch,
    ttlMs,
    since: since ?? lastModified ?? null,
    renewedMs,
    isSilent: renewedMs > ttlMs,
    watermark: typeof watermark === 'number' ? watermark : null,
    unclaimed: instantsOf(unclaimed),
  }
}

function instantsOf(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, instant]) => typeof instant === 'number'))
}
