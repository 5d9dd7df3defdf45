import type { Consumed, JobRecord, LastRun } from '@s3sched/jobs'

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
): Readonly<Record<string, Consumed>> | undefined {
  if (predecessors.length === 0) return undefined
  const consumed: Record<string, Consumed> = {}
  for (const name of predecessors) {
    const last = lastRunOf(name)
    if (last === undefined || last.status !== 'success') return undefined
    // Runs that ended before the job's definition or resume do not start the job.
    if (last.endedAt <= record.since) return undefined
    const { endedAt, fence, runId } = last
    const before = record.consumed[name]
    // A run that changed hands has another fence in a record read before.
    if (before?.runId === runId) return undefined
    if (before !== undefined && fence <= before.fence && endedAt <= before.endedAt) return undefined
    // Both limits only grow, so that a run that has started the job once is below both for ever.
    consumed[name] = {
      runId,
      fence: Math.max(fence, before?.fence ?? fence),
      endedAt: Math.max(endedAt, before?.endedAt ?? endedAt),
    }
  }
  return consumed
}
