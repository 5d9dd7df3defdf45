import type { Coordinator } from '@s3sched/coordinator'
import type { SchedulerEmitter } from '../events.ts'
import { type PreviousTerm, readTerm } from '../presence/previous-term.ts'
import type { Authority } from '../runs/authority.ts'

export interface Promotion {
  readonly shard: number
  readonly authority: Authority
  readonly previous: PreviousTerm | undefined
  /** True when no instance led the shard at the start of this instance. */
  readonly isFleetStart: boolean
}

/**
 * True when no instance led at this instance's start. The lease of a living leader has been written since then; an
 * older lease is a dead leader's, or free. The rule holds also for a quick restart, before the lease of this instance's
 * own last process has run out.
 */
function isStart(previous: PreviousTerm | undefined, cameAt: number): boolean {
  return previous === undefined || (previous.renewedAt ?? Infinity) <= cameAt
}

/**
 * Passes the coordinator's events on, with the shard where there are several, and calls `lead` when this instance is to
 * lead one.
 */
export function followCoordinator(
  coordinator: Coordinator,
  events: SchedulerEmitter,
  cameAt: number,
  lead: (promotion: Promotion) => void,
): void {
  const { shards, workerId } = coordinator
  const of = (shard: number): { readonly shard?: number } => (shards.length === 1 ? {} : { shard })
  const hasLed = new Set<number>()
  coordinator.on('elected', ({ epoch, shard, workerId: elected }) => {
    events.announce('plg:scheduler:coordinator-elected', { workerId: elected, epoch, ...of(shard) })
  })
  coordinator.on('promoted', ({ epoch, previous, shard, signal }) => {
    events.announce('plg:scheduler:coordinator-promoted', { workerId, epoch, ...of(shard) })
    const led = shards[shard]
    const isTrusted = (): boolean => !signal.aborted && led?.isLeader() === true && led.epoch() === epoch
    const authority: Authority = { role: 'leader', epoch, shards: shards.length, signal, isTrusted }
    const term = previous && readTerm(previous)
    const isFleetStart = !hasLed.has(shard) && isStart(term, cameAt)
    hasLed.add(shard)
    lead({ shard, authority, previous: term, isFleetStart })
  })
  coordinator.on('demoted', ({ epoch, reason, shard }) => {
    events.announce('plg:scheduler:coordinator-demoted', { workerId, epoch, reason, ...of(shard) })
  })
  coordinator.on('renewed', ({ epoch, shard }) => {
    events.announce('plg:scheduler:coordinator-epoch-renewed', { workerId, epoch, ...of(shard) })
  })
  coordinator.on('blocked', ({ blockedMs, yieldsForMs }) => {
    const [blockedFor, yieldsFor] = [Math.round(blockedMs), yieldsForMs === undefined ? null : Math.round(yieldsForMs)]
    events.announce('plg:scheduler:leader-blocked', { workerId, blockedFor, yieldsFor })
  })
  coordinator.on('phase', ({ duration, phase, shard }) => {
    events.announce('plg:scheduler:coordinator-cold-start-phase-changed', { phase, duration, ...of(shard) })
  })
  coordinator.on('error', ({ error }) => events.announce('error', { error }))
}
