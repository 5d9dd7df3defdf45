import type { FleetView, HealthFinding } from './fleet-view.ts'
import type { JobView } from './job-view.ts'

/**
 * True when every instance was stopped in order, and none has come since. The ticks since then are no misses: the next
 * start decides by each job's `catchUp` which of them run (ADR 128).
 */
export function isStoppedFleet({ leader, workers }: Pick<FleetView, 'leader' | 'workers'>): boolean {
  return leader.state === 'free' && leader.isStopped && workers.length === 0
}

/** The time of a fleet's stop, the next tick, and the way to start the fleet. Pure. */
export function findingOfStop(
  { jobs, leader }: Pick<FleetView, 'jobs' | 'leader'>,
  at: (instant: number) => string,
): HealthFinding {
  const until = leader.state === 'free' ? leader.terms[0]?.until : undefined
  const since = until == null ? '' : ` at ${at(until)}`
  return {
    level: 'notice',
    code: 'FLEET_STOPPED',
    job: null,
    message: `the fleet was stopped in order${since}${nextOf(jobs, at)}`,
    advice: "Start an instance: each job's catchUp decides which ticks since the stop run, and the schedule goes on",
  }
}

function nextOf(jobs: readonly JobView[], text: (instant: number) => string): string {
  const active = jobs.filter(({ state }) => state === 'active')
  const overdue = earliest(active, ({ overdueSince }) => overdueSince)
  if (overdue !== undefined) {
    const { at, count, name } = overdue
    return `; ${count === 1 ? '1 job has' : `${count} jobs have`} had ticks since, the first '${name}' at ${text(at)}`
  }
  const next = earliest(active, ({ nextRun }) => nextRun)
  return next === undefined ? '; no job has a next tick' : `; the next tick is of '${next.name}', at ${text(next.at)}`
}

/** The job with the earliest instant, and the number of jobs that have an instant. */
function earliest(
  jobs: readonly JobView[],
  instantOf: (job: JobView) => number | null,
): { readonly name: string; readonly at: number; readonly count: number } | undefined {
  const dated = jobs.flatMap((job) => {
    const at = instantOf(job)
    return at === null ? [] : [{ name: job.name, at }]
  })
  const [first] = dated.toSorted((a, b) => a.at - b.at)
  return first === undefined ? undefined : { ...first, count: dated.length }
}
