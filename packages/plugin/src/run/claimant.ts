import type { OpenRun } from '../job/job-record.ts'
import type { Authority } from './authority.ts'

/** Who claims a run, as the job's record says it. */
export type Claimant = Pick<OpenRun, 'workerId' | 'instance' | 'role' | 'epoch' | 'shards' | 'claimedAt'>

export function claimantOf(
  { epoch, role, shards = 1 }: Pick<Authority, 'role' | 'epoch' | 'shards'>,
  { instance, workerId }: { readonly workerId: string; readonly instance: string },
  claimedAt: number,
): Claimant {
  // One shard needs no mention; and of what was there before, nothing may stay.
  return { workerId, instance, role, epoch, shards: shards === 1 ? undefined : shards, claimedAt }
}
