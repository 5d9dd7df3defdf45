/**
 * A job with `pauseAfter` is paused by the write of so many failed runs in a row, and by no other write but an
 * operator's. The outcomes in the bucket are counted here anew.
 */
import type { SimulatedJob } from '../jobs.ts'
import type { JobVersion } from './job-versions.ts'
import { recordsOf, type RecordedRun } from './recorded-runs.ts'

type Recorded = ReadonlyMap<string, readonly RecordedRun[]>
type Versions = ReadonlyMap<string, readonly JobVersion[]>

const COUNTED = ['schedule', 'chain', 'start']
const FAILURES = ['failed', 'timeout', 'lost']

export function checkFailures(jobs: readonly SimulatedJob[], versions: Versions, recorded: Recorded): string[] {
  return jobs.flatMap((job) => {
    const ofJob = versions.get(job.name) ?? []
    if (job.pauseAfter === undefined || ofJob.some(({ isDeleted }) => isDeleted)) return []
    return checkJobsFailures({ ...job, pauseAfter: job.pauseAfter }, ofJob, recorded)
  })
}

function checkJobsFailures(
  { name, pauseAfter }: SimulatedJob & { readonly pauseAfter: number },
  versions: readonly JobVersion[],
  recorded: Recorded,
): string[] {
  const outcomes = new Map<number, RecordedRun[]>()
  for (const run of recordsOf(recorded, name)) outcomes.set(run.order, [...(outcomes.get(run.order) ?? []), run])
  const violations: string[] = []
  let failures = 0
  let before: JobVersion | undefined
  for (const after of versions) {
    const isCause = after.pausedFor !== undefined && before?.pausedFor === undefined
    const isResumed = before?.paused === true && !after.paused
    const isNew = before?.removed === true && !after.removed
    if (isResumed || isNew) failures = 0
    let most = failures
    for (const run of (outcomes.get(after.order) ?? []).toSorted((a, b) => a.endedAt - b.endedAt)) {
      failures = countAfter(failures, run, { recorded, after })
      most = Math.max(most, failures)
    }
    const say = (what: string): void =>
      void violations.push(`pausing: ${name} ${what} (at ${Math.round(after.at)} ms, by ${after.client})`)
    if (failures >= pauseAfter && !after.paused && !after.removed) say(`goes on after ${failures} failures in a row`)
    // A success may stand in the same write, after the failure that paused the job.
    if (isCause && most < pauseAfter) say(`was paused after ${most} failures in a row`)
    before = after
  }
  return violations
}

function countAfter(
  failures: number,
  { order, runId, status, trigger }: RecordedRun,
  { after, recorded }: { readonly after: JobVersion; readonly recorded: Recorded },
): number {
  if (!COUNTED.includes(trigger)) return failures
  if (status === 'success') return 0
  if (!FAILURES.includes(status)) return failures
  // The verdict on the run has counted, or the run that makes up for it will.
  const wasJudged = recorded.get(runId)?.some((other) => other.status === 'lost' && other.order < order) === true
  const isMadeUpFor = after.running.some(({ makesUpFor }) => makesUpFor === runId)
  return wasJudged || isMadeUpFor ? failures : failures + 1
}
