/** Checks what the product's reader of the history shows against the outcomes that were written. */
import type { Evidence } from './evidence.ts'
import { finalRecord, type RecordedRun } from './recorded-runs.ts'

const MONTH_MS = 30 * 86_400_000
const FINE = ['success', 'skipped', 'missed']

/** A run as the reader shows it. */
export interface ShownRun {
  readonly job: string
  readonly runId: string
  readonly status: string
}

export interface ReadingTerms extends Pick<Evidence, 'plan' | 'storeTime'> {
  /** True for a job whose outcomes somebody may have deleted by hand. */
  readonly mayLack: (job: string) => boolean
}

/** Each run that is young enough is shown once, as it ended; nothing else is shown. */
export function checkReading(
  shown: readonly ShownRun[],
  recorded: ReadonlyMap<string, readonly RecordedRun[]>,
  { mayLack, plan: { retentionMs = MONTH_MS }, storeTime }: ReadingTerms,
): string[] {
  const violations: string[] = []
  const seen = new Map<string, ShownRun>()
  for (const run of shown) {
    if (seen.has(run.runId)) violations.push(`reading: run ${run.runId} of ${run.job} is shown twice`)
    seen.set(run.runId, run)
  }
  for (const [runId, records] of recorded) {
    const final = finalRecord(records)
    const run = seen.get(runId)
    seen.delete(runId)
    if (final === undefined || mayLack(final.job)) continue
    const keptMs = FINE.includes(final.status) ? retentionMs : 3 * retentionMs
    const isYoung = storeTime - Math.max(final.endedAt, final.to) < keptMs - CLOCK_MS
    if (run === undefined && isYoung) violations.push(`reading: run ${runId} of ${final.job} is not shown`)
    if (run !== undefined && run.status !== final.status)
      violations.push(`reading: run ${runId} of ${final.job} is ${final.status}, and is shown as ${run.status}`)
  }
  for (const { job, runId } of seen.values()) violations.push(`reading: run ${runId} of ${job} was never recorded`)
  return violations
}

/** The instances know the store's clock, and each other's clocks, as exactly, ms. */
const CLOCK_MS = 10_000
