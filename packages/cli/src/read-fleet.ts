import { readFleet as readWhole, type FleetView } from '@s3sched/operator'
import type { Invocation } from './invocation.ts'

/** A look at the fleet without its removed jobs; later looks of the same call read only what has changed. */
export async function readFleet(invocation: Invocation): Promise<FleetView> {
  const fleet = await readWhole(invocation.operator(), () => invocation.now(), invocation.io.signal)
  return { ...fleet, jobs: fleet.jobs.filter(({ state }) => state !== 'removed') }
}
