import type { ShardPast } from '@s3sched/coordinator'
import { type RecordCache, shardOf } from '@s3sched/jobs'

/**
 * Evidence in the jobs' records of earlier leaders of a shard: the highest epoch of the runs that the records still
 * name, and whether some tick was settled.
 *
 * Uses the records already read by the instance: at the start, all jobs defined in the code and all jobs with an open
 * run. No request.
 */
export function pastOfShard(records: Pick<RecordCache, 'names' | 'peek'>, shard: number, shards: number): ShardPast {
  let epoch = 0
  let wasLed = false
  for (const name of records.names()) {
    if (shardOf(name, shards) !== shard) continue
    const record = records.peek(name)
    wasLed ||= record === undefined || record.lastTick !== null || record.lastRun !== null
    for (const run of record?.running ?? []) {
      if (run.role === 'leader' && (run.shards ?? 1) === shards) epoch = Math.max(epoch, run.epoch ?? 0)
    }
  }
  return { epoch, wasLed: wasLed || epoch > 0 }
}
