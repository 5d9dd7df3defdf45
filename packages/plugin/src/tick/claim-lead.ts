import { jitterOf } from './jitter.ts'

/**
 * How long before its tick a job is claimed, in ms: half to nine tenths of `claimAheadMs`, by its name.
 *
 * Schedules meet at full seconds, and so would the claims of a whole number of seconds before: the work of many claims
 * would then delay the very starts that claiming ahead keeps on time. Spread out, and away from the full second, they
 * leave the instant to the actions.
 */
export function claimLead(jobName: string, claimAheadMs: number): number {
  const tenth = claimAheadMs / 10
  return Math.floor(5 * tenth) + jitterOf(jobName, 0, Math.floor(4 * tenth))
}
