/** No action starts before the instant of its tick, and no attempt before the end of its backoff. */
import type { ActionCall } from '../action-log.ts'
import type { SimulatedJob } from '../jobs.ts'
import { claimsOf } from './claims.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

type Versions = ReadonlyMap<string, readonly JobVersion[]>

/** The rounding of two clocks, ms. */
const ROUNDING_MS = 5
/** After a takeover, the new instance knows the time of the failed attempt to a second, from a delayed answer, ms. */
const TAKEN_OVER_MS = 4000
/** The highest rate of a clock, relative to real time. */
const FASTEST = 1.02

export function checkStarts({ calls, plan }: Evidence, versions: Versions): string[] {
  const jobs = new Map(plan.jobs.map((job) => [job.name, job]))
  const violations = earlyStarts(calls, jobs, versions)
  const byRun = new Map<string, ActionCall[]>()
  for (const call of calls) byRun.set(call.runId, [...(byRun.get(call.runId) ?? []), call])
  for (const ofRun of byRun.values()) {
    const inOrder = ofRun.toSorted((a, b) => a.attempt - b.attempt)
    inOrder.forEach((call, index) => {
      const last = inOrder[index - 1]
      const backoffMs = jobs.get(call.job)?.backoffMs ?? 0
      if (last?.endedAt === undefined || last.attempt !== call.attempt - 1 || last.outcome !== 'threw') return
      const waited = call.startedAt - last.endedAt
      const isSame = last.process === call.process && last.fence === call.fence
      const least = isSame ? backoffMs / FASTEST - ROUNDING_MS : backoffMs / FASTEST - TAKEN_OVER_MS
      if (waited >= least) return
      const what = `attempt ${call.attempt} of run ${call.runId} of ${call.job}`
      violations.push(`backoff: ${what} began ${Math.round(waited)} ms after the one before, and not ${backoffMs}`)
    })
  }
  return violations
}

function earlyStarts(
  calls: readonly ActionCall[],
  jobs: ReadonlyMap<string, SimulatedJob>,
  versions: Versions,
): string[] {
  const scheduled = new Map<string, number>()
  for (const ofJob of versions.values()) {
    for (const { after, run } of claimsOf(ofJob)) if (run.trigger === 'schedule') scheduled.set(run.runId, after.at)
  }
  return calls.flatMap(({ clockSetAt, job, process, runId, startedAt, tick, wallTime }) => {
    const claimedAt = scheduled.get(runId)
    // A clock set back after the claim shows an earlier time again.
    if (claimedAt === undefined || clockSetAt >= claimedAt - ROUNDING_MS) return []
    const instant = tick + jitterOf(job, tick, jobs.get(job)?.jitterMs ?? 0)
    if (wallTime >= instant - ROUNDING_MS) return []
    const what = `${job} ${tick}, run ${runId}, at ${Math.round(startedAt)} ms by ${process}`
    return [`early: ${what} was started ${instant - wallTime} ms before its instant`]
  })
}

/** The jitter as documented at `jitterMs`: FNV-1a of 32 bits over name and tick. */
export function jitterOf(job: string, tick: number, jitterMs: number): number {
  let hash = 0x811c9dc5
  for (const character of `${job}@${tick}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return jitterMs === 0 ? 0 : Math.floor((hash / 2 ** 32) * (jitterMs + 1))
}
