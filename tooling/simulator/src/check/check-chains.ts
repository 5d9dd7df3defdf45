/** Each success of a predecessor starts its followers, once, and soon. */
import type { SimulatedJob } from '../jobs.ts'
import { claimsOf, type Claim } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { isActive, type JobVersion } from './job-versions.ts'
import type { RecordedRun } from './recorded-runs.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** A leader that has seen the end of a run claims the run that comes after it within this, once there is peace, ms. */
const STARTED_MS = 20_000
/** So long after the trouble there is a leader again that has looked at everything, ms. */
const PEACE_MS = 30_000

export function checkChains(evidence: Evidence, versions: Versions, recorded: Recorded): string[] {
  const ends = [...recorded.values()].flat().filter(({ hasStarted }) => hasStarted)
  return evidence.plan.jobs
    .filter(({ after }) => after.length > 0)
    .flatMap((job) => {
      const ofJob = versions.get(job.name) ?? []
      // A record that was deleted and written again may have forgotten what it consumed.
      if ([job.name, ...job.after].some((name) => versions.get(name)?.some(({ isDeleted }) => isDeleted))) return []
      const chained = claimsOf(ofJob).filter(({ run }) => run.trigger === 'chain')
      return [
        ...checkOnce(job, chained, recorded),
        ...job.after.flatMap((name) => {
          const isLed = !evidence.plan.isLeaderless
          const ofPredecessor = ends.filter(
            (end) => end.job === name && !(isLed && isOfMember(end.runId, versions.get(name) ?? [])),
          )
          return checkSoon(evidence, job, ofJob, ofPredecessor, chained)
        }),
      ]
    })
}

/** Each chained run consumes a success of each predecessor that started none before. */
function checkOnce(
  { after: predecessors, name }: SimulatedJob,
  chained: readonly Claim[],
  recorded: Recorded,
): string[] {
  const consumed = new Set<string>()
  return chained.flatMap(({ after, run }) => {
    if (isSecondTry(run.runId, after)) return []
    return predecessors.flatMap((predecessor) => {
      const runId = after.consumed[predecessor]?.runId ?? 'nothing'
      const isNew = !consumed.has(`${predecessor} ${runId}`)
      consumed.add(`${predecessor} ${runId}`)
      const hasSucceeded = recorded.get(runId)?.some(({ order, status }) => status === 'success' && order < after.order)
      if (!isNew) return [`chain: run ${run.runId} of ${name} was started by ${runId}, which had started one before`]
      return hasSucceeded === true ? [] : [`chain: run ${run.runId} of ${name} was started by ${runId}, no success`]
    })
  })
}

/** A run that makes up for a lost one consumes nothing. */
function isSecondTry(runId: string, { retriesLost, running }: JobVersion): boolean {
  const tick = running.find((run) => run.runId === runId)?.tick
  return (
    retriesLost && running.some((run) => run.tick === tick && run.runId !== runId && run.verdict?.status === 'lost')
  )
}

function checkSoon(
  { endedAt, plan, processes, unfinished }: Evidence,
  { after: predecessors, name }: SimulatedJob,
  versions: readonly JobVersion[],
  ends: readonly RecordedRun[],
  chained: readonly Claim[],
): string[] {
  const peace = plan.troubleMs + PEACE_MS
  const startedMs = STARTED_MS + 2 * Math.max(...plan.machines.map(({ dueEveryMs = 0 }) => dueEveryMs))
  const hasAction = processes.every(({ scheduler }) => scheduler.listJobs().includes(name))
  const inPeace = versions.filter(
    (version, index) => (versions[index + 1]?.at ?? Infinity) > plan.troubleMs || version.at > peace,
  )
  const isLeft =
    !hasAction || unfinished.has(name) || inPeace.some((version) => version.isDeleted || !isActive(version))
  // Several predecessors start a job together: no single success does.
  if (isLeft || predecessors.length !== 1) return []
  return ends.flatMap(({ at, job, runId, status }) => {
    if (status !== 'success' || at < peace || at > endedAt - startedMs) return []
    const isOvertaken = ends.some((end) => end.status !== 'success' && end.at >= at - 1000 && end.at < at + startedMs)
    const isStarted = chained.some(({ after }) => after.at >= at - 1000 && after.at <= at + startedMs)
    const isBusy = versions.some((version) => isOpenElsewhere(version, at))
    if (isOvertaken || isStarted || isBusy) return []
    return [
      `chain: ${name} was not started within ${startedMs} ms of the success of ${job} (${runId}, at ${Math.round(at)} ms)`,
    ]
  })
}

/** The leader learns of the end of a member's run at its own next look. */
function isOfMember(runId: string, versions: readonly JobVersion[]): boolean {
  return versions.some(({ running }) => running.some((run) => run.runId === runId && run.role === 'member'))
}

/** A member's run is waited for. */
function isOpenElsewhere({ at, running }: JobVersion, since: number): boolean {
  return at >= since - STARTED_MS && at <= since + STARTED_MS && running.some(({ role }) => role === 'member')
}
