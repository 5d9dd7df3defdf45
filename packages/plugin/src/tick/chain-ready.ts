import type { JobRecord, LastRun } from '../job/job-record.ts'

/**
 * Whether a job with `after` is to start: each of its predecessors has succeeded in its last run, and that run has not
 * started this job before.
 * @param lastRunOf - the last run of a predecessor that ended, as far as known
 * @returns the runs that start it, by predecessor, or `undefined`
 */
export function chainReady(
  record: JobRecord,
  predecessors: readonly string[],
  lastRunOf: (name: string) => LastRun | undefined,
): Readonly<Record<string, string>> | undefined {
  if (predecessors.length === 0) return undefined
  const consumed: Record<string, string> = {}
  for (const name of predecessors) {
    const last = lastRunOf(name)
    if (last === undefined || last.status !== 'success' || record.consumed[name] === last.runId) return undefined
    // What ended before the job was defined or resumed is not its business.
    if (last.endedAt <= record.since) return undefined
    consumed[name] = last.runId
  }
  return consumed
}
