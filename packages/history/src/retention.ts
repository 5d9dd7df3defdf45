/**
 * The retention rules. Pure: the decision about a record depends only on the record's key, age in the store and rank.
 *
 * A record goes by age only when its tick *and* its writing are older than the limit, and by count only when it was
 * written longer ago than `minAgeMs`. Both ages are measured by the smaller of the own clock and the store's clock,
 * when the store sends its time: a machine whose clock runs ahead must not delete young records.
 */
import { custom, integer, optional, resolveOptions } from '@s3sched/kernel'
import type { RunStatus } from './run-status.ts'

export interface RetentionPolicy {
  /** Time to keep a success, or a skipped or missed tick, ms. `Infinity`: for ever. @default 30 days */
  readonly maxAgeMs?: number
  /** Time to keep a failed, timed-out, cancelled or lost run, ms. @default three times maxAgeMs */
  readonly failedMaxAgeMs?: number
  /** Largest number of a job's successes, skipped and missed ticks; the newest are kept. @default no limit */
  readonly maxRuns?: number
  /** Largest number of a job's failed, timed-out, cancelled and lost runs. @default no limit */
  readonly maxFailedRuns?: number
  /** Age below which a record is never deleted by count, ms. @default 1 hour */
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

/** The two classes of records, with separate counts and ages. */
export type RetentionClass = 'fine' | 'failed'

export function retentionClassOf(status: RunStatus): RetentionClass {
  return status === 'success' || status === 'skipped' || status === 'missed' ? 'fine' : 'failed'
}

/** The facts that decide the retention of a record. */
export interface Candidate {
  readonly status: RunStatus
  /** The record's tick, epoch ms. */
  readonly scheduledTime: number
  /** Time of the write by the store's clock, epoch ms. */
  readonly lastModified: number
  /** Number of newer records of the same job and class. */
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

/** Upper bound of the times of records that may expire by age. */
export function youngestExpired({ maxAgeMs, failedMaxAgeMs }: ResolvedRetention, now: number): number {
  return now - Math.min(maxAgeMs, failedMaxAgeMs)
}

export function countsRuns({ maxRuns, maxFailedRuns }: ResolvedRetention): boolean {
  return maxRuns !== undefined || maxFailedRuns !== undefined
}
