import type { RunRecord } from '../run-record.ts'
import { rankOf } from '../run-status.ts'
import { runNameOf } from './page-outcome.ts'

/**
 * Each run once, by the most complete record: a real end before a verdict. Copies are common: a crash between the write
 * of a segment and the next write of the page leaves the outcomes in both.
 */
export function bestRuns(runs: readonly RunRecord[]): RunRecord[] {
  if (runs.length < 2) return [...runs]
  const best = new Map<string, RunRecord>()
  const lost = new Set<string>()
  for (const run of runs) {
    const name = runNameOf(run)
    const known = best.get(name)
    if (run.status === 'lost' || run.wasLost === true) lost.add(name)
    if (known === undefined || isBetter(run, known)) best.set(name, run)
  }
  return [...best].map(([name, run]) =>
    run.status !== 'lost' && run.wasLost === undefined && lost.has(name) ? { ...run, wasLost: true } : run,
  )
}

/** Between two ends with equal knowledge the records decide, and not the order of reading. */
function isBetter(run: RunRecord, known: RunRecord): boolean {
  const more = rankOf(run.status) - rankOf(known.status)
  if (more !== 0) return more > 0
  if (run.scheduledTime !== known.scheduledTime) return run.scheduledTime > known.scheduledTime
  if (run.status !== known.status) return run.status < known.status
  if (run.durationMs !== known.durationMs) return run.durationMs < known.durationMs
  return run.attempts.length < known.attempts.length
}

/** The order of the history: the newest tick first, then by job and run id. */
export function compareRuns(a: RunRecord, b: RunRecord): number {
  if (a.scheduledTime !== b.scheduledTime) return b.scheduledTime - a.scheduledTime
  if (a.job !== b.job) return a.job < b.job ? -1 : 1
  if (a.runId === b.runId) return 0
  return a.runId < b.runId ? -1 : 1
}
