import { periodOf } from '../jobs.ts'
import type { Change } from '../ledger.ts'

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
  readonly removed: boolean
  readonly enabled: boolean
  /** The period of the schedule in force. */
  readonly periodMs: number | undefined
  readonly retriesLost: boolean
  readonly running: readonly RunEntry[]
  /** The last run of each predecessor that started the job. */
  readonly consumed: Readonly<Record<string, { readonly runId: string }>>
  readonly counts: Readonly<Record<string, number>>
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
  readonly verdict: {
    readonly status: string
    readonly decidedAt: number
    readonly from: number
    readonly to: number
    readonly count: number
  } | null
}

interface StoredSpec {
  readonly schedule: unknown
  readonly enabled: boolean
  readonly onLost: string
}

/** Every version of each job's record, in order. */
export function jobVersions(changes: readonly Change[]): Map<string, JobVersion[]> {
  const versions = new Map<string, JobVersion[]>()
  changes.forEach((change, order) => {
    const job = /^jobs\/(.+)\.json$/.exec(change.key)?.[1]
    if (job === undefined) return
    let ofJob = versions.get(job)
    if (ofJob === undefined) versions.set(job, (ofJob = []))
    ofJob.push(readVersion(change, order))
  })
  return versions
}

function readVersion({ at, client, fields = {}, kind }: Change, order: number): JobVersion {
  const { override, spec, statistics, ...record } = fields as unknown as Omit<JobVersion, 'at'> & {
    readonly spec: StoredSpec
    readonly override: { readonly fields: Partial<StoredSpec> } | null
    readonly statistics: { readonly counts: Readonly<Record<string, number>> }
  }
  const inForce = { ...spec, ...override?.fields }
  return {
    ...record,
    at,
    client,
    order,
    isDeleted: kind === 'delete',
    enabled: inForce.enabled,
    periodMs: periodOf(inForce.schedule ?? null),
    retriesLost: inForce.onLost === 'retry',
    counts: statistics?.counts ?? {},
  }
}

/** The versions in force at an instant or later, real ms: a version is in force until the next version is written. */
export function inForceSince(versions: readonly JobVersion[], since: number): JobVersion[] {
  return versions.filter((_, index) => (versions[index + 1]?.at ?? Infinity) >= since)
}

/** The first tick after an instant: ticks are the multiples of the period. */
export function nextTick(periodMs: number, after: number): number {
  return (Math.floor(after / periodMs) + 1) * periodMs
}

export function lowerBound({ lastTick, since }: JobVersion): number {
  return Math.max(lastTick ?? -Infinity, since)
}

export function isActive({ enabled, paused, removed }: JobVersion): boolean {
  return enabled && !paused && !removed
}
