import { assessHealth, readFleet, type FleetView, type HealthFinding, type Operator } from '@s3sched/operator'
import { formatInstant } from '../html/instant.ts'

/** The state of a fleet at one moment. */
export interface FleetSnapshot extends FleetView {
  readonly health: readonly HealthFinding[]
  /** The jobs that the viewer may see; absent for all. */
  readonly seen?: ReadonlySet<string>
}

/** Reads everything: requests as for `readFleet`. */
export async function takeSnapshot(operator: Operator, now: () => number): Promise<FleetSnapshot> {
  return assess(await readFleet(operator, now))
}

/** A snapshot with some parts replaced by newer reads. */
export function withParts(
  snapshot: FleetSnapshot,
  parts: Partial<FleetView> & { readonly now: number },
): FleetSnapshot {
  return assess({ ...snapshot, ...parts })
}

function assess(fleet: FleetView): FleetSnapshot {
  return { ...fleet, health: assessHealth(fleet, formatInstant) }
}

/** Equal for two snapshots that look the same to a reader, apart from values that only grow with time. */
export function signatureOf({ health, jobs, leader, requests, unreadable, workers }: FleetSnapshot): string {
  const lease =
    leader.state === 'held' ? [leader.workerId, leader.epoch, leader.isSilent, leader.isGone, leader.unclaimed] : leader
  const codes = health.map(({ code, job }) => [code, job])
  return JSON.stringify([lease, codes, jobs, unreadable, workers.map(({ workerId }) => workerId), requests])
}

/** The least time for a tick to be claimed and run, and for its end, which may wait two seconds, to be written; ms. */
const SETTLING_MS = 3000

/** The time of the next expected change: shortly after the next tick; epoch ms. */
export function nextStir({ jobs }: FleetSnapshot): number {
  const next = Math.min(...jobs.map((job) => job.nextRun ?? Infinity))
  return next + SETTLING_MS
}

/** True while something goes on that may end at any moment. */
export function isBusy({ jobs, requests }: FleetSnapshot): boolean {
  return requests.length > 0 || jobs.some((job) => job.running.length > 0)
}

/** True if the snapshot has the job, readable or not. */
export function hasJob({ jobs, unreadable }: FleetSnapshot, name: string): boolean {
  return [...jobs, ...unreadable].some((job) => job.name === name)
}

/** A query's part for the runs that the viewer may see. */
export function ofSeen({ seen }: FleetSnapshot): { readonly job?: readonly string[] } {
  return seen === undefined ? {} : { job: [...seen] }
}
