/** Requests to run are obeyed, and what was told to end had begun when somebody asked for that. */
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** Once there is peace a request is seen within this, and claimed when the job is free, ms. */
const OBEYED_MS = 60_000
/** The store tells its time in whole seconds, ms. */
const ASKED_MS = 2000
const KEY = /^triggers\/(?<job>.+)\.(?<id>[^.]+)\.json$/

export function checkRequests(evidence: Evidence, versions: Versions): string[] {
  return [...checkRuns(evidence, versions), ...checkCancels(evidence)]
}

function checkRuns({ changes, endedAt, plan, processes, unfinished }: Evidence, versions: Versions): string[] {
  const entries = runEntries(versions)
  return changes.flatMap(({ at, fields, key }) => {
    const { id = '', job = '' } = KEY.exec(key)?.groups ?? {}
    if (id === '' || fields?.['kind'] !== 'run' || entries.has(id)) return []
    if (endedAt - Math.max(at, plan.troubleMs) < OBEYED_MS || unfinished.has(job)) return []
    const ofJob = versions.get(job) ?? []
    const wasRemoved = ofJob.some((version) => version.at >= at - OBEYED_MS && (version.removed || version.isDeleted))
    const hasAction = processes.every(({ scheduler }) => scheduler.listJobs().includes(job))
    return wasRemoved || !hasAction
      ? []
      : [`request: ${id} to run ${job} was placed at ${Math.round(at)} ms, and never obeyed`]
  })
}

function checkCancels({ calls, operations }: Evidence): string[] {
  const asked = operations.filter(({ kind }) => kind === 'cancelRun')
  const begunAt = new Map<string, number>()
  for (const { runId, startedAt } of calls) begunAt.set(runId, Math.min(startedAt, begunAt.get(runId) ?? Infinity))
  return calls.flatMap(({ abortedFor, endedAt = Infinity, job, runId }) => {
    if (abortedFor !== 'cancelled') return []
    const begun = begunAt.get(runId) ?? Infinity
    if (asked.some((each) => each.job === job && each.until >= begun - ASKED_MS && each.at <= endedAt)) return []
    return [`cancel: run ${runId} of ${job} was told to end, and began after everybody who asked for that`]
  })
}
