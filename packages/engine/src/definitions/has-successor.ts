import { effectiveSpec } from '@s3sched/jobs'
import type { RecordCache } from '@s3sched/jobs/bucket'

/** True when a known job comes after the job. No request. */
export function hasSuccessor(records: Pick<RecordCache, 'traits' | 'peek'>, name: string): boolean {
  return [...records.traits.chained].some((each) => {
    const record = records.peek(each)
    return record !== undefined && effectiveSpec(record).after.includes(name)
  })
}
