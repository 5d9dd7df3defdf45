import type { FleetView } from '@s3sched/operator'
import type { Invocation } from './invocation.ts'

/** A look at the whole fleet; later looks of the same call read only what has changed. */
export async function readFleet(invocation: Invocation): Promise<FleetView> {
  const operator = invocation.operator()
  const { signal } = invocation.io
  const [{ jobs, unreadable }, leader, workers, requests] = await Promise.all([
    operator.jobs(signal),
    operator.leader(),
    operator.workers(),
    operator.requests(signal),
  ])
  return {
    jobs: jobs.filter(({ state }) => state !== 'removed'),
    unreadable,
    leader,
    workers,
    requests,
    now: invocation.now(),
  }
}
