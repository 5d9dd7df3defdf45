import type { JobRecord, OpenRun } from '@s3sched/jobs'
import type { RecordChange } from '@s3sched/jobs/bucket'

/**
 * A change of a run that applies only while the record has the run with the claimed fence: no other instance has taken
 * the run over or declared it lost.
 */
export function whileHeld(run: OpenRun, change: (record: JobRecord) => JobRecord) {
  return (record: JobRecord | undefined): RecordChange<'gone'> =>
    record?.running.some((open) => isHeld(open, run)) === true ? { write: change(record) } : { stop: 'gone' }
}

function isHeld(open: OpenRun, { fence, runId }: OpenRun): boolean {
  return open.runId === runId && open.fence === fence
}
