/** Requests to run are obeyed, and a cancelled run was open during an operator's request to cancel. */
import { runEntries } from './check-calls.ts'
import { hasBacklog } from './backlog.ts'
import { claimsOf } from './claims.ts'
import { isEverywhere, type Evidence } from './evidence.ts'
import { inForceSince, type JobVersion } from './job-versions.ts'

type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** In peace, a request is seen within this time, and claimed when the job is free, ms. */
const OBEYED_MS = 60_000
/** The share of the time above which the looks of a leader hardly meet a free moment. */
const MOST_FILLED = 0.9
const KEY = /^triggers\/(?<job>.+)\.(?<id>[^.]+)\.json$/

export function checkRequests(evidence: Evidence, versions: Versions): string[] {
  return [...checkRuns(evidence, versions), ...checkCancels(evidence, versions)]
}

function checkRuns({ changes, endedAt, isAnswered, latest, plan, unfinished }: Evidence, versions: Versions): string[] {
  const entries = runEntries(versions)
  return changes.flatMap(({ at, fields, key }) => {
    const { id = '', job = '' } = KEY.exec(key)?.groups ?? {}
    if (id === '' || fields?.['kind'] !== 'run' || entries.has(id)) return []
    // A request that landed after its asker had given up is found at the next look at all requests, every hour.
    if (!isAnswered(id)) return []
    const peace = Math.max(at, plan.troubleMs)
    if (endedAt - peace < OBEYED_MS || unfinished.has(job)) return []
    const ofJob = versions.get(job) ?? []
    // A request waits for a run elsewhere. Longer actions or a backlog leave no time between two runs.
    const isNeverFree = plan.jobs.some(
      (each) => each.name === job && (each.tookMs > (each.periodMs ?? Infinity) || hasBacklog(each)),
    )
    const isFilled = isFilledByMembers(inForceSince(ofJob, peace), peace, endedAt)
    // A request for a removed job is dropped with a warning.
    const wasRemoved = inForceSince(ofJob, at).some((version) => version.removed || version.isDeleted)
    return wasRemoved || isNeverFree || isFilled || !isEverywhere(job, { latest })
      ? []
      : [`request: ${id} to run ${job} was placed at ${Math.round(at)} ms, and never obeyed`]
  })
}

/**
 * A request waits while a process other than the leader's has a run. True where that is nearly all of the time: a standby
 * that ran the ticks while nobody led may have a long queue.
 */
function isFilledByMembers(versions: readonly JobVersion[], from: number, until: number): boolean {
  let filledMs = 0
  versions.forEach(({ at, isDeleted, running }, index) => {
    const end = versions[index + 1]?.at ?? until
    if (!isDeleted && running.some(({ role }) => role === 'member')) filledMs += end - Math.max(at, from)
  })
  return filledMs > MOST_FILLED * (until - from)
}

function checkCancels({ calls, operations }: Evidence, versions: Versions): string[] {
  const claims = [...versions.values()].flatMap((ofJob) => claimsOf(ofJob))
  const claimed = new Map(claims.map(({ after, run }) => [run.runId, { at: after.at, trigger: run.trigger }]))
  return calls.flatMap(({ abortedFor, endedAt = Infinity, job, runId }) => {
    if (abortedFor !== 'cancelled') return []
    const { at: claimedAt = Infinity, trigger } = claimed.get(runId) ?? {}
    // A cancelled backfill ends its runs.
    const kinds = trigger === 'backfill' ? ['cancelRun', 'cancelBackfill'] : ['cancelRun']
    const isAsked = operations.some(
      ({ at, kind, job: of, until }) => kinds.includes(kind) && of === job && until >= claimedAt && at <= endedAt,
    )
    if (isAsked) return []
    return [`cancel: run ${runId} of ${job} was told to end, and was claimed after everybody had asked for that`]
  })
}
