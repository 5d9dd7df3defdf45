import { jitterOf } from '@s3sched/jobs'

/**
 * The time by which a job's claim is ahead of its tick, in ms: half to nine tenths of `claimAheadMs`, depending on the
 * job's name.
 *
 * Schedules coincide at full seconds, and without the spread their claims would coincide a whole number of seconds
 * before: the work of many claims would then delay the very starts that claiming ahead keeps on time. Spread out, and
 * away from the full second, the claims leave the instant to the actions.
 */
export function claimLead(jobName: string, claimAheadMs: number): number {
  const tenth = claimAheadMs / 10
  return Math.floor(5 * tenth) + jitterOf(jobName, 0, Math.floor(4 * tenth))
}
