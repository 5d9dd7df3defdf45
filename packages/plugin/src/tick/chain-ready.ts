import type { JobRecord, LastRun } from '../job/job-record.ts'

/**
 * Decides if a job with `after` is to start: the last run of each predecessor succeeded, and has not started this job
 * before.
 * @param lastRunOf - the last ended run of a predecessor, as far as known
 * @returns the runs that start the job, by predecessor, or `undefined`
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
    // Runs that ended before the job's definition or resume do not start the job.
    if (last.endedAt <= record.since) return undefined
    consumed[name] = last.runId
  }
  return consumed
}
