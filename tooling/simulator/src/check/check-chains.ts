/** Each success of a predecessor starts the chained jobs once, and soon. */
import type { SimulatedJob } from '../jobs.ts'
import { isSecondTry } from './check-calls.ts'
import { claimsOf, type Claim } from './claims.ts'
import { isEverywhere, type Evidence } from './evidence.ts'
import { inForceSince, isActive, type JobVersion } from './job-versions.ts'
import type { RecordedRun } from './recorded-runs.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** In peace, a leader claims a chained run within this time after the predecessor's end, ms. */
const STARTED_MS = 20_000
/** This long after the trouble, a leader has looked at all jobs again, ms. */
const PEACE_MS = 30_000

export function checkChains(evidence: Evidence, versions: Versions, recorded: Recorded): string[] {
  const ends = [...recorded.values()].flat().filter(({ hasStarted }) => hasStarted)
  return evidence.plan.jobs
    .filter(({ after }) => after.length > 0)
    .flatMap((job) => {
      const ofJob = versions.get(job.name) ?? []
      // A record deleted and written again may lack the consumed successes.
      if ([job.name, ...job.after].some((name) => versions.get(name)?.some(({ isDeleted }) => isDeleted))) return []
      const chained = claimsOf(ofJob).filter(({ run }) => run.trigger === 'chain')
      return [
        ...checkOnce(job, chained, recorded),
        ...job.after.flatMap((name) => {
          const ofPredecessor = ends.filter((end) => end.job === name)
          return checkSoon(evidence, job, ofJob, ofPredecessor, chained)
        }),
      ]
    })
}

/** Each chained run consumes a success of each predecessor, and no success starts a second run. */
function checkOnce(
  { after: predecessors, name }: SimulatedJob,
  chained: readonly Claim[],
  recorded: Recorded,
): string[] {
  const consumed = new Set<string>()
  return chained.flatMap(({ after, before, run }) => {
    // A run that makes up for a lost run consumes no success.
    if (isSecondTry(run, before, after)) return []
    return predecessors.flatMap((predecessor) => {
      const runId = after.consumed[predecessor]?.runId ?? 'nothing'
      const isNew = !consumed.has(`${predecessor} ${runId}`)
      consumed.add(`${predecessor} ${runId}`)
      // The end of the predecessor and the claim may share a write.
      const hasSucceeded = recorded
        .get(runId)
        ?.some(({ order, status }) => status === 'success' && order <= after.order)
      if (!isNew) return [`chain: run ${run.runId} of ${name} was started by ${runId}, which had started one before`]
      return hasSucceeded === true ? [] : [`chain: run ${run.runId} of ${name} was started by ${runId}, no success`]
    })
  })
}

function checkSoon(
  { endedAt, latest, plan, unfinished }: Evidence,
  { after: predecessors, name }: SimulatedJob,
  versions: readonly JobVersion[],
  ends: readonly RecordedRun[],
  chained: readonly Claim[],
): string[] {
  const peace = plan.troubleMs + PEACE_MS
  const startedMs = STARTED_MS + 2 * Math.max(...plan.machines.map(({ dueEveryMs = 0 }) => dueEveryMs))
  const inPeace = inForceSince(versions, plan.troubleMs)
  const isLeft =
    !isEverywhere(name, { latest }) ||
    unfinished.has(name) ||
    inPeace.some((version) => version.isDeleted || !isActive(version))
  // Several predecessors start a job together, and a single success starts no run.
  if (isLeft || predecessors.length !== 1) return []
  return ends.flatMap(({ at, client, job, runId, status }) => {
    if (status !== 'success' || at < peace) return []
    const due = startableAt(versions, at, client) + startedMs
    if (due > endedAt) return []
    const isOvertaken = ends.some((end) => end.status !== 'success' && end.at >= at - 1000 && end.at < due)
    const isStarted = chained.some(({ after }) => after.at >= at - 1000 && after.at <= due)
    const isBusy = versions.some((version) => isOpenElsewhere(version, at))
    if (isOvertaken || isStarted || isBusy) return []
    return [
      `chain: ${name} was not started within ${startedMs} ms of the success of ${job} (${runId}, at ${Math.round(at)} ms)`,
    ]
  })
}

/**
 * The process of the ended run can't start the job during a run elsewhere, in the hands of another shard's leader: that
 * leader looks when a run has ended.
 */
function startableAt(versions: readonly JobVersion[], at: number, client: string): number {
  const then = versions.findLast((version) => version.at <= at)
  const elsewhere = then?.running.filter(({ workerId }) => machineOf(workerId) !== machineOf(client)) ?? []
  if (elsewhere.length === 0) return at
  const isOver = ({ running }: JobVersion): boolean =>
    elsewhere.some(({ runId }) => running.every((run) => run.runId !== runId))
  return versions.find((version) => version.at > at && isOver(version))?.at ?? Infinity
}

/** A process may have a worker id of its own, or the machine's. */
function machineOf(name: string): string | undefined {
  return name.split('.')[0]
}

/** A chained run waits for the end of a member's run. */
function isOpenElsewhere({ at, running }: JobVersion, since: number): boolean {
  return at >= since - STARTED_MS && at <= since + STARTED_MS && running.some(({ role }) => role === 'member')
}
