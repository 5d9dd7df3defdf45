import type { JobBook } from '../job/job-book.ts'
import { shardOf } from '../job/job-shard.ts'

/** What the jobs' records say of who led a shard. */
export interface ShardPast {
  /** The highest epoch whose runs are still named; 0 for none. */
  readonly epoch: number
  /** Some tick was settled, so that somebody led. */
  readonly wasLed: boolean
}

/** As far as this instance has read the records: at its start, all that it defines and that have an open run. No request. */
export function pastOfShard(book: Pick<JobBook, 'names' | 'peek'>, shard: number, shards: number): ShardPast {
  let epoch = 0
  let wasLed = false
  for (const name of book.names()) {
    if (shardOf(name, shards) !== shard) continue
    const record = book.peek(name)
    wasLed ||= record === undefined || record.lastTick !== null || record.lastRun !== null
    for (const run of record?.running ?? []) {
      if (run.role === 'leader' && (run.shards ?? 1) === shards) epoch = Math.max(epoch, run.epoch ?? 0)
    }
  }
  return { epoch, wasLed: wasLed || epoch > 0 }
}
