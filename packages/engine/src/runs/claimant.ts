import type { OpenRun } from '@s3sched/jobs'
import type { Authority } from './authority.ts'

/** The claimant of a run, as in the job's record. */
export type Claimant = Pick<OpenRun, 'workerId' | 'instance' | 'role' | 'epoch' | 'shards' | 'claimedAt'>

export function claimantOf(
  { epoch, role, shards = 1 }: Pick<Authority, 'role' | 'epoch' | 'shards'>,
  { instance, workerId }: { readonly workerId: string; readonly instance: string },
  claimedAt: number,
): Claimant {
  // A single shard needs no mention. The explicit `undefined` also clears the shard count of an earlier claimant.
  return { workerId, instance, role, epoch, shards: shards === 1 ? undefined : shards, claimedAt }
}
