/**
 * What is kept. Pure: whether a record may go is decided from its key, its age in the store and its rank, nothing else.
 *
 * A record goes by age only when its tick *and* its writing are older than the limit, and by count only when it was
 * written longer ago than `minAgeMs`. Both ages are by the store's clock when it tells it, and by the smaller of the two
 * clocks always: a machine whose clock runs ahead must not delete what is young.
 */
import { custom, integer, optional, resolveOptions } from '@s3sched/kernel'
import type { RunStatus } from './run-status.ts'

export interface RetentionPolicy {
  /** How long a success is kept, and a skipped or missed tick, in ms. `Infinity`: for ever. @default 30 days */
  readonly maxAgeMs?: number
  /** The same for failed, timed-out, cancelled and lost runs. @default three times maxAgeMs */
  readonly failedMaxAgeMs?: number
  /** How many of a job's successes, skipped and missed ticks are kept at most, the newest. @default no bound */
  readonly maxRuns?: number
  /** How many of a job's failed, timed-out, cancelled and lost runs are kept at most. @default no bound */
  readonly maxFailedRuns?: number
  /** What is younger is never deleted for its count, in ms. @default 1 hour */
  readonly minAgeMs?: number
}

export interface ResolvedRetention {
  readonly maxAgeMs: number
  readonly failedMaxAgeMs: number
  readonly maxRuns: number | undefined
  readonly maxFailedRuns: number | undefined
  readonly minAgeMs: number
}

const DAY_MS = 86_400_000

const age = (fallback: number) =>
  custom('a number of ms >= 1000', (value): value is number => typeof value === 'number' && value >= 1000, fallback)

const RETENTION_SPEC = {
  maxAgeMs: age(30 * DAY_MS),
  failedMaxAgeMs: optional(age(0)),
  maxRuns: optional(integer({ min: 1 })),
  maxFailedRuns: optional(integer({ min: 1 })),
  minAgeMs: integer({ min: 0, default: 3_600_000 }),
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveRetention(policy: RetentionPolicy = {}): ResolvedRetention {
  const resolved = resolveOptions('retention', RETENTION_SPEC, policy)
  return { ...resolved, failedMaxAgeMs: resolved.failedMaxAgeMs ?? resolved.maxAgeMs * 3 }
}

/** The two kinds of records that are counted and aged apart. */
export type RetentionClass = 'fine' | 'failed'

export function retentionClassOf(status: RunStatus): RetentionClass {
  return status === 'success' || status === 'skipped' || status === 'missed' ? 'fine' : 'failed'
}

/** What is known of a record when it is judged. */
export interface Candidate {
  readonly status: RunStatus
  /** Its tick, epoch ms. */
  readonly scheduledTime: number
  /** When it was written, by the store's clock, epoch ms. */
  readonly lastModified: number
  /** How many of the same job and class are newer. */
  readonly newer: number
}

/** @param now - the smaller of the own clock and the store's, epoch ms */
export function mayGo(candidate: Candidate, retention: ResolvedRetention, now: number): boolean {
  const isFine = retentionClassOf(candidate.status) === 'fine'
  const maxAgeMs = isFine ? retention.maxAgeMs : retention.failedMaxAgeMs
  const most = isFine ? retention.maxRuns : retention.maxFailedRuns
  const written = now - candidate.lastModified
  if (now - candidate.scheduledTime > maxAgeMs && written > maxAgeMs) return true
  return most !== undefined && candidate.newer >= most && written > retention.minAgeMs
}

/** No key of a time later than this can hold a record that may go by its age. */
export function youngestExpired({ maxAgeMs, failedMaxAgeMs }: ResolvedRetention, now: number): number {
  return now - Math.min(maxAgeMs, failedMaxAgeMs)
}

export function countsRuns({ maxRuns, maxFailedRuns }: ResolvedRetention): boolean {
  return maxRuns !== undefined || maxFailedRuns !== undefined
}
