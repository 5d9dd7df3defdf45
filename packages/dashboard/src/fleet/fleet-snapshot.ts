import { assessHealth, type FleetView, type HealthFinding, type Operator } from '@s3sched/plugin/operator'

/** A fleet as it was at one moment. */
export interface FleetSnapshot extends FleetView {
  readonly health: readonly HealthFinding[]
}

/** Looks at everything: 3 LIST, 1 GET for the leader, and 1 GET for each job and member that changed since. */
export async function takeSnapshot(operator: Operator, now: () => number, signal: AbortSignal): Promise<FleetSnapshot> {
  const [{ jobs, unreadable }, leader, workers, requests] = await Promise.all([
    operator.jobs(signal),
    operator.leader(),
    operator.workers(),
    operator.requests(signal),
  ])
  return assess({ jobs, unreadable, leader, workers, requests, now: now() })
}

/** A snapshot of which a part was looked at again. */
export function withParts(
  snapshot: FleetSnapshot,
  parts: Partial<FleetView> & { readonly now: number },
): FleetSnapshot {
  return assess({ ...snapshot, ...parts })
}

function assess(fleet: FleetView): FleetSnapshot {
  return { ...fleet, health: assessHealth(fleet) }
}

/** Equal for two snapshots of which a reader would see the same, but for what only grows with time. */
export function signatureOf({ health, jobs, leader, requests, unreadable, workers }: FleetSnapshot): string {
  const lease =
    leader.state === 'held' ? [leader.workerId, leader.epoch, leader.isSilent, leader.isGone, leader.unclaimed] : leader
  const codes = health.map(({ code, job }) => [code, job])
  return JSON.stringify([lease, codes, jobs, unreadable, workers.map(({ workerId }) => workerId), requests])
}

/** A tick takes this long to be claimed, run and recorded, at least; ms. */
const SETTLING_MS = 2000

/** When there will be something new without anybody's doing: shortly after the next tick; epoch ms. */
export function nextStir({ jobs }: FleetSnapshot): number {
  const next = Math.min(...jobs.map((job) => job.nextRun ?? Infinity))
  return next + SETTLING_MS
}

/** Whether something goes on that may end at any moment. */
export function isBusy({ jobs, requests }: FleetSnapshot): boolean {
  return requests.length > 0 || jobs.some((job) => job.running.length > 0)
}
