import { BY_HAND, type Change, type JobWrite } from '../ledger.ts'
import { ticksOf, type TickRules } from './tick-rules.ts'

export { nextTick } from './tick-rules.ts'

/** The parts of a job's record used by the checkers, read from the bucket and not through the product's code. */
export interface JobVersion {
  /** Real ms. */
  readonly at: number
  readonly client: string
  /** Position among all changes of the bucket. */
  readonly order: number
  readonly isDeleted: boolean
  readonly fence: number
  readonly since: number
  readonly lastTick: number | null
  readonly paused: boolean
  /** Set while failures are the reason of the pause. */
  readonly pausedFor?: unknown
  readonly removed: boolean
  readonly enabled: boolean
  /** The period of the schedule in force. */
  readonly periodMs: number | undefined
  readonly rules: TickRules
  /** 0 for no limit. */
  readonly maxRuns: number
  /** The claimed ticks since the schedule in force counts. */
  readonly tickClaims: number
  /** The backfill under way. */
  readonly backfill?: { readonly overlap: string }
  readonly retriesLost: boolean
  readonly running: readonly RunEntry[]
  /** The last run of each predecessor that started the job. */
  readonly consumed: Readonly<Record<string, { readonly runId: string }>>
  readonly counts: Readonly<Record<string, number>>
  /** The runs declared lost of late, by their ids. */
  readonly lost: readonly string[]
}

export interface RunEntry {
  readonly runId: string
  readonly tick: number
  readonly trigger: string
  readonly fence: number
  readonly role: string
  readonly epoch: number | null
  readonly workerId: string
  readonly claimedAt: number
  readonly leaseMs?: number
  readonly retry: unknown
  /** The run was declared lost, and opened again. */
  readonly wasLost?: boolean
  /** The lost run that this run makes up for. */
  readonly makesUpFor?: string
}

interface StoredSpec {
  readonly schedule: unknown
  readonly maxRuns?: number
  readonly enabled: boolean
  readonly onLost: string
}

/** Every version of each job's record, in order. */
export function jobVersions(changes: readonly Change[]): Map<string, JobVersion[]> {
  const versions = new Map<string, JobVersion[]>()
  changes.forEach((change, order) => {
    for (const write of change.jobs) {
      let ofJob = versions.get(write.job)
      if (ofJob === undefined) versions.set(write.job, (ofJob = []))
      ofJob.push(readVersion(change, write, { order, before: ofJob.at(-1) }))
    }
  })
  return versions
}

function readVersion(
  { at, client }: Change,
  { fields }: JobWrite,
  { before, order }: { readonly before: JobVersion | undefined; readonly order: number },
): JobVersion {
  const { override, spec, statistics, ...record } = (fields ?? {}) as unknown as Omit<JobVersion, 'at'> & {
    readonly spec: StoredSpec
    readonly override: { readonly fields: Partial<StoredSpec> } | null
    readonly statistics: { readonly counts: Readonly<Record<string, number>> }
  }
  const inForce = { ...spec, ...override?.fields }
  const { periodMs, rules } = ticksOf(inForce.schedule ?? null)
  const claims = (record.running ?? []).filter(
    ({ makesUpFor, runId, trigger, wasLost }) =>
      trigger === 'schedule' &&
      makesUpFor === undefined &&
      wasLost !== true &&
      before?.running?.some((run) => run.runId === runId) !== true,
  )
  const isAnew =
    before === undefined ||
    (before.removed && !record.removed) ||
    JSON.stringify([before.periodMs, before.rules]) !== JSON.stringify([periodMs, rules])
  return {
    ...record,
    rules,
    maxRuns: inForce.maxRuns ?? 0,
    tickClaims: (isAnew ? 0 : before.tickClaims) + claims.length,
    at,
    client,
    order,
    // With a page deleted by hand, leftovers of an unfinished split may count, and show an older state.
    isDeleted: fields === undefined || client === BY_HAND,
    enabled: inForce.enabled,
    periodMs,
    retriesLost: inForce.onLost === 'retry',
    counts: statistics?.counts ?? {},
  }
}

/** The versions in force at an instant or later, real ms: a version is in force until the next version is written. */
export function inForceSince(versions: readonly JobVersion[], since: number): JobVersion[] {
  return versions.filter((_, index) => (versions[index + 1]?.at ?? Infinity) >= since)
}

export function lowerBound({ lastTick, since }: JobVersion): number {
  return Math.max(lastTick ?? -Infinity, since)
}

export function isActive({ enabled, paused, removed }: JobVersion): boolean {
  return enabled && !paused && !removed
}

/** True while a further tick may be claimed. */
export function isTicking(version: JobVersion): boolean {
  return isActive(version) && (version.maxRuns === 0 || version.tickClaims < version.maxRuns)
}
