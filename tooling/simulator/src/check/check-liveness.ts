/** Once all faults are over: somebody leads, ticks are settled in time, and no run is left open. */
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import { isActive, lowerBound, nextTick, type JobVersion, type RunEntry } from './job-versions.ts'

/** How far behind its clock a leader may be at the end: a late claim, a foreign run that has to end first; ms. */
const SETTLED_MS = 25_000

export function checkLiveness(evidence: Evidence, versions: ReadonlyMap<string, readonly JobVersion[]>): string[] {
  const { endedAt, leaderSince, plan, processes, storeTime, unfinished, wallTimes } = evidence
  const { calmMs, isLeaderless, machines, troubleMs } = plan
  const heartbeatMs = Math.max(...machines.map((machine) => machine.heartbeatMs ?? plan.heartbeatMs))
  const settledMs = SETTLED_MS + Math.max(...machines.map(({ dueEveryMs = 0 }) => dueEveryMs))
  const violations: string[] = []
  // A ttl until the old lease may be taken, the next poll, one rest after stepping down for a bad clock, and slack.
  const leaderWithinMs = 3 * heartbeatMs + heartbeatMs + 3 * heartbeatMs + 10_000
  if (!isLeaderless && (leaderSince === undefined || leaderSince > endedAt - (calmMs - leaderWithinMs - 20_000))) {
    violations.push(`liveness: ${calmMs} ms after all faults nobody has led for long (since ${leaderSince} ms)`)
  }
  const slowest = Math.min(...wallTimes)
  for (const [job, ofJob] of versions) {
    const leader = processes.find(({ scheduler }) => scheduler.isLeader(job))
    // A tick starts when it is due by the leader's clock and by the store's.
    const now = Math.min(storeTime, leader?.node.clock.now() ?? slowest)
    const last = ofJob.at(-1) as JobVersion
    const hasAction = processes.every(({ scheduler }) => scheduler.listJobs().includes(job))
    if (unfinished.has(job) || last.isDeleted || !isActive(last) || !hasAction || last.at > endedAt) continue
    if (last.periodMs !== undefined) {
      const open = nextTick(last.periodMs, lowerBound(last))
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
      if (run.trigger !== 'schedule' || run.verdict !== null) continue
      // A run that was taken over has a fence of its own.
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
