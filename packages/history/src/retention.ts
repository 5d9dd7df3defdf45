/**
 * The retention rules: age and outcome alone decide. Pure: the decision about a record depends only on the record's
 * status, tick and age in the store.
 *
 * A record goes only when its tick *and* its writing are older than the limit. Both ages are measured by the smaller of
 * the own clock and the store's clock, when the store sends its time: a machine whose clock runs ahead must not delete
 * young records.
 */
import { custom, optional, resolveOptions } from '@s3sched/kernel'
import type { RunStatus } from './run-status.ts'

/** The age at which runs are deleted. */
export interface RetentionPolicy {
  /** Time to keep a success, or a skipped or missed tick, ms. `Infinity`: for ever. @default 30 days */
  readonly maxAgeMs?: number
  /** Time to keep a failed, timed-out, cancelled or lost run, ms. @default three times maxAgeMs */
  readonly failedMaxAgeMs?: number
}

/** A {@link RetentionPolicy} with all defaults filled in; in ms. */
export interface ResolvedRetention {
  readonly maxAgeMs: number
  readonly failedMaxAgeMs: number
}

const DAY_MS = 86_400_000

const age = (fallback: number) =>
  custom('a number of ms >= 1000', (value): value is number => typeof value === 'number' && value >= 1000, fallback)

const RETENTION_SPEC = {
  maxAgeMs: age(30 * DAY_MS),
  failedMaxAgeMs: optional(age(0)),
}

/** @throws S3SchedError `INVALID_OPTIONS` */
export function resolveRetention(policy: RetentionPolicy = {}): ResolvedRetention {
  const { failedMaxAgeMs, maxAgeMs } = resolveOptions('retention', RETENTION_SPEC, policy)
  return { maxAgeMs, failedMaxAgeMs: failedMaxAgeMs ?? maxAgeMs * 3 }
}

/** The two classes of records, with separate ages. */
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
}

/** @param now - the smaller of the own clock and the store's, epoch ms */
export function mayGo(
  { lastModified, scheduledTime, status }: Candidate,
  retention: ResolvedRetention,
  now: number,
): boolean {
  const maxAgeMs = retentionClassOf(status) === 'fine' ? retention.maxAgeMs : retention.failedMaxAgeMs
  return now - scheduledTime > maxAgeMs && now - lastModified > maxAgeMs
}
