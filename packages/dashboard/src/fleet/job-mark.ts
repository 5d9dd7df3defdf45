import type { JobView } from '@s3sched/operator'

/** The number of jobs that a cache remembers. */
export const MOST_JOBS = 500

/** A mark that changes with every new outcome of a run or a tick of the job. */
export function markOf({ fence, lastRun, lastTick, running, statistics }: JobView): string {
  const open = running.map(({ runId }) => runId).join()
  return [fence, lastTick, lastRun?.runId, lastRun?.status, statistics.total, open].join('/')
}
