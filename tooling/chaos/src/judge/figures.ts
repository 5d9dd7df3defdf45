import type { AuditedJob } from '@s3sched/plugin'
import type { FaultKind } from '../plan.ts'
import type { Evidence } from './evidence.ts'
import { startsIn } from './evidence.ts'

/** Times without a leader, by cause. Ms. */
export interface Takeovers {
  readonly after: 'kill' | 'stop' | 'pause' | 'cut'
  readonly count: number
  readonly medianMs: number
  readonly maxMs: number
}

export interface Figures {
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  readonly processes: number
  readonly starts: number
  readonly epochs: number
  readonly takeovers: readonly Takeovers[]
  /** The longest time without any start; the server may have been down. Ms. */
  readonly longestGapMs: number
  /** See {@link Evidence.restMs}. */
  readonly restMs: number | undefined
  /** Delay of first attempts after their ticks, for jobs that never wait for themselves. Ms. */
  readonly lagMs: { readonly median: number; readonly p99: number }
  /** The product's audit of the job that was paused and got other schedules. */
  readonly changed: AuditedJob | undefined
}

const CUTS: ReadonlySet<FaultKind> = new Set(['reset', 'black-hole', 'lose-answers'])

export function figuresOf(evidence: Evidence, ttlMs: number): Figures {
  const { blows, entries, lives } = evidence
  const starts = startsIn(evidence)
  const dealt = blows.filter(({ fault, life }) => life !== undefined || fault.kind === 'server-kill')
  const faults: Partial<Record<FaultKind, number>> = {}
  for (const { fault } of dealt) faults[fault.kind] = (faults[fault.kind] ?? 0) + 1
  const gaps = starts.slice(1).map((start, index) => start.at - (starts[index]?.at ?? start.at))
  const lags = starts.flatMap(({ at, attempt, job, tick }) =>
    job === 'each-second' && attempt === 1 ? [at - tick] : [],
  )
  return {
    faults,
    processes: lives.length,
    starts: starts.length,
    epochs: entries.filter(({ kind }) => kind === 'leads').length,
    takeovers: takeoversOf(evidence, ttlMs),
    longestGapMs: gaps.reduce((longest, gap) => Math.max(longest, gap), 0),
    restMs: evidence.restMs,
    changed: evidence.audit.find(({ job }) => job === 'changed'),
    lagMs: { median: quantile(lags, 0.5), p99: quantile(lags, 0.99) },
  }
}

/** The times from each blow against the leader to the next promotion, with any other faults in between. */
function takeoversOf({ blows, entries }: Evidence, ttlMs: number): Takeovers[] {
  const promotions = entries.filter((entry) => entry.kind === 'leads').toSorted((a, b) => a.at - b.at)
  const times = { kill: [], stop: [], pause: [], cut: [] } as Record<Takeovers['after'], number[]>
  for (const { at, fault, hitLeader, life } of blows) {
    if (!hitLeader || life === undefined) continue
    const after = fault.kind === 'kill' || fault.kind === 'stop' || fault.kind === 'pause' ? fault.kind : 'cut'
    if (after === 'cut' && !CUTS.has(fault.kind)) continue
    const endsBySelf = (after === 'cut' || after === 'pause') && fault.forMs < ttlMs
    const next = promotions.find((promotion) => promotion.at > at)
    // The leader may have kept its lease through the fault; then there was no takeover.
    if (endsBySelf || next === undefined || (next.at > at + fault.forMs && (after === 'cut' || after === 'pause')))
      continue
    times[after].push(next.at - at)
  }
  return (Object.keys(times) as Takeovers['after'][]).map((after) => {
    const ofKind = times[after]
    return { after, count: ofKind.length, medianMs: quantile(ofKind, 0.5), maxMs: quantile(ofKind, 1) }
  })
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
