import type { OpenRun } from '@s3sched/jobs'

/** The instant at which a run was due, epoch ms: the tick of a backfill is over for long when the run is claimed. */
export function dueAt({ claimedAt, tick, trigger }: Pick<OpenRun, 'claimedAt' | 'tick' | 'trigger'>): number {
  return trigger === 'backfill' ? claimedAt : tick
}
