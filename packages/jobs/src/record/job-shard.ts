import { stableHash } from '@s3sched/kernel'

/** The shard of a job, from 0: the same in every instance, for ever. */
export function shardOf(jobName: string, shards: number): number {
  return shards === 1 ? 0 : stableHash(jobName) % shards
}

/** The key of the lease under which a job's ticks are claimed, for a given number of shards. */
export function leaseKeyOf(jobName: string, shards: number): string {
  return shards === 1 ? 'leader.json' : `shards/${shards}/${shardOf(jobName, shards)}.json`
}
