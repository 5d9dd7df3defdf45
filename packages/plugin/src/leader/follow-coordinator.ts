import type { Coordinator, PreviousLeadership } from '@s3sched/coordinator'
import type { SchedulerEmitter } from '../events.ts'
import type { Authority } from '../run/authority.ts'

/** What the lease before this leader's said; whatever is not understood counts as not said. */
export interface PreviousTerm {
  readonly epoch: number
  readonly holder: string
  /** `held`: it ended without a release. */
  readonly state: 'held' | 'free'
  /** Every tick up to here was settled, but for those of the unclaimed jobs; epoch ms. */
  readonly watermark: number | undefined
  /** Its last renewal by the server's clock, epoch ms. */
  readonly renewedAt: number | undefined
  /** Jobs whose ticks its holder left for somebody who has the action. */
  readonly unclaimed: readonly string[]
  /** All that it said. */
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Promotion {
  readonly authority: Authority
  readonly previous: PreviousTerm | undefined
  /** Nobody led when this instance came. */
  readonly isFleetStart: boolean
}

/** Passes the coordinator's events on, and says when this instance is to lead. */
export function followCoordinator(
  coordinator: Coordinator,
  events: SchedulerEmitter,
  lead: (promotion: Promotion) => void,
): void {
  const { workerId } = coordinator
  let hasSeenLeader = false
  coordinator.on('elected', (elected) => {
    hasSeenLeader ||= elected.workerId !== workerId
    events.announce('plg:scheduler:coordinator-elected', elected)
  })
  coordinator.on('promoted', ({ epoch, previous, signal }) => {
    const isFleetStart = !hasSeenLeader
    hasSeenLeader = true
    events.announce('plg:scheduler:coordinator-promoted', { workerId, epoch })
    const isTrusted = (): boolean => !signal.aborted && coordinator.isLeader() && coordinator.epoch() === epoch
    const authority: Authority = { role: 'leader', epoch, signal, isTrusted }
    lead({ authority, previous: previous && readTerm(previous), isFleetStart })
  })
  coordinator.on('demoted', (demoted) => events.announce('plg:scheduler:coordinator-demoted', demoted))
  coordinator.on('renewed', ({ epoch }) => {
    events.announce('plg:scheduler:coordinator-epoch-renewed', { workerId, epoch })
  })
  coordinator.on('phase', (change) => events.announce('plg:scheduler:coordinator-cold-start-phase-changed', change))
  coordinator.on('error', ({ error }) => events.announce('error', { error }))
}

function readTerm({ epoch, holder, lastModified, payload, state }: PreviousLeadership): PreviousTerm {
  const { watermark, unclaimed } = (payload ?? {}) as { readonly watermark?: unknown; readonly unclaimed?: unknown }
  return {
    epoch,
    holder,
    state,
    watermark: typeof watermark === 'number' ? watermark : undefined,
    renewedAt: lastModified,
    payload: payload ?? {},
    unclaimed: typeof unclaimed === 'object' && unclaimed !== null ? Object.keys(unclaimed) : [],
  }
}
