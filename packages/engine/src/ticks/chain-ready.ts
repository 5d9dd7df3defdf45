import type { AfterOn, Consumed, JobRecord, JobSpec, LastRun } from '@s3sched/jobs'

type Predecessors = Pick<JobSpec, 'after' | 'afterOn'>

/**
 * Decides if a job with `after` is to start: the last run of each predecessor ended as the job wants, and has not started
 * this job before.
 * @param lastRunOf - the last ended run of a predecessor, as far as known
 * @returns the runs that start the job, by predecessor, or `undefined`
 */
export function chainReady(
  record: JobRecord,
  { after, afterOn = {} }: Predecessors,
  lastRunOf: (name: string) => LastRun | undefined,
): Readonly<Record<string, Consumed>> | undefined {
  if (after.length === 0) return undefined
  const consumed: Record<string, Consumed> = {}
  for (const name of after) {
    const last = lastRunOf(name)
    if (last === undefined || !counts(last, afterOn[name] ?? 'success')) return undefined
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

/** A run that was cancelled did not fail, and a lost run has no end of its own. */
function counts({ status }: LastRun, on: AfterOn): boolean {
  if (on === 'success') return status === 'success'
  const hasFailed = status === 'failed' || status === 'timeout'
  return hasFailed || (on === 'end' && (status === 'success' || status === 'cancelled'))
}
