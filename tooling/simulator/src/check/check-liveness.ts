/** After the end of all faults, every job has a leader, ticks are settled in time, and no run is left open. */
import type { SimulatedProcess } from '../process.ts'
import { hasBacklog } from './backlog.ts'
import { runEntries } from './check-calls.ts'
import { isEverywhere, type Evidence } from './evidence.ts'
import { isActive, isTicking, lowerBound, nextTick, type JobVersion, type RunEntry } from './job-versions.ts'

/** Longest delay of a leader's claims at the end, ms: a late claim, or a foreign run that has to end first. */
const SETTLED_MS = 25_000

export function checkLiveness(evidence: Evidence, versions: ReadonlyMap<string, readonly JobVersion[]>): string[] {
  const { endedAt, leaderSince, plan, processes, storeTime, unfinished, wallTimes } = evidence
  const { calmMs, isLeaderless, machines, troubleMs } = plan
  const heartbeatMs = Math.max(...machines.map((machine) => machine.heartbeatMs ?? plan.heartbeatMs))
  const settledMs = SETTLED_MS + Math.max(...machines.map(({ dueEveryMs = 0 }) => dueEveryMs))
  const violations: string[] = []
  // A ttl until the old lease may be taken, the next poll, a rest after stepping down for a bad clock, and slack.
  const leaderWithinMs = 3 * heartbeatMs + heartbeatMs + 3 * heartbeatMs + 10_000
  if (!isLeaderless && (leaderSince === undefined || leaderSince > endedAt - (calmMs - leaderWithinMs - 20_000))) {
    violations.push(`liveness: ${calmMs} ms after all faults nobody has led for long (since ${leaderSince} ms)`)
  }
  const slowest = Math.min(...wallTimes)
  for (const [job, ofJob] of versions) {
    const leader = processes.find(({ scheduler }) => scheduler.isLeader(job))
    // A tick starts when due by the leader's clock and by the store's clock.
    const now = Math.min(storeTime, leader?.node.clock.now() ?? slowest)
    const last = ofJob.at(-1) as JobVersion
    if (unfinished.has(job) || last.isDeleted || !isActive(last) || last.at > endedAt) continue
    if (!isEverywhere(job, evidence)) continue
    // The leader claims no tick before the end of a backlog of runs elsewhere.
    const waits = hasRunElsewhere(last, leader) && plan.jobs.some((each) => each.name === job && hasBacklog(each))
    const open = isTicking(last) ? nextTick(last, lowerBound(last)) : undefined
    if (last.periodMs !== undefined && open !== undefined && !waits) {
      if (open < now - settledMs - last.periodMs) {
        violations.push(`liveness: the tick ${open} of ${job} is open ${now - open} ms after it was due`)
      }
    }
  }
  const alive = new Set(processes.map(({ name }) => name))
  for (const [job, ofJob] of versions) {
    const last = ofJob.at(-1) as JobVersion
    if (unfinished.has(job) || last.isDeleted || !isActive(last) || last.periodMs === undefined) continue
    for (const { run } of runEntries(new Map([[job, [last]]])).values()) {
      if (run.trigger !== 'schedule') continue
      // A run has a new fence after a takeover.
      const isClaim = ({ fence, runId }: RunEntry): boolean => runId === run.runId && fence === run.fence
      const claim = ofJob.find(({ isDeleted, running }) => !isDeleted && running.some(isClaim)) as JobVersion
      const isGone = !alive.has(claim.client)
      if (isGone && claim.at < troubleMs && last.at > troubleMs + 60_000) {
        violations.push(`liveness: run ${run.runId} of ${job} is still open, and its process ${claim.client} is gone`)
      }
    }
  }
  return violations
}

function hasRunElsewhere({ running }: JobVersion, leader: SimulatedProcess | undefined): boolean {
  return running.some(({ workerId }) => workerId !== leader?.scheduler.workerId)
}
