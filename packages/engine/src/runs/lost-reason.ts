import type { OpenRun } from '@s3sched/jobs'

/**
 * Why a run is lost, as far as its record tells. The record has the claim and the failed attempts, and no mark of the
 * start: a start would cost another write. So the words fit a begun run as well as a tick claimed ahead.
 * @param decidedAt - the time of the verdict, epoch ms by the shared clock
 */
export function lostReason({ retry, tick, workerId }: OpenRun, decidedAt: number): string {
  const gone = `its process (${workerId}) went away`
  if (retry !== null && retry.attempt > 0) return `${gone} after attempt ${retry.attempt} failed`
  return decidedAt < tick ? `${gone} after the claim, before the tick` : `${gone} between claim and end`
}
