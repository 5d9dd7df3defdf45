/** Checks the started attempts, by the word of the actions themselves. */
import type { ActionCall } from '../action-log.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion, RunEntry } from './job-versions.ts'

export function checkCalls({ calls }: Evidence, versions: ReadonlyMap<string, readonly JobVersion[]>): string[] {
  const violations: string[] = []
  const entries = runEntries(versions)
  const attempts = new Set<string>()
  const runsOfTick = new Map<string, Set<string>>()
  for (const call of calls) {
    const entry = entries.get(call.runId)
    if (entry === undefined) {
      violations.push(`claim: ${nameOf(call)} was started without a claim in the bucket`)
      continue
    }
    if (!call.wasTrusted) violations.push(`trust: ${nameOf(call)} was started by a leader that did not lead any more`)
    const attempt = `${call.runId} ${call.attempt}`
    if (attempts.has(attempt)) violations.push(`once: ${nameOf(call)} was started twice`)
    attempts.add(attempt)
    if (!entry.fences.has(call.fence)) violations.push(`fence: ${nameOf(call)} was told the fence ${call.fence}`)
    if (entry.run.trigger !== 'schedule' && entry.run.trigger !== 'backfill') continue
    const tick = `${call.job} ${call.tick}`
    const runs = runsOfTick.get(tick) ?? new Set()
    runsOfTick.set(tick, runs.add(call.runId))
  }
  for (const [tick, runs] of runsOfTick) {
    const unexcused = [...runs].filter((runId) => entries.get(runId)?.makesUpForLost !== true)
    if (unexcused.length > 1)
      violations.push(`once: the tick ${tick} was started by the runs ${unexcused.join(' and ')}`)
  }
  return violations
}

interface KnownRun {
  readonly run: RunEntry
  readonly fences: Set<number>
  /** True for a run claimed in the write that declared the run of the same tick lost, for a job with `onLost: 'retry'`. */
  readonly makesUpForLost: boolean
  /** True for a run of a backfill whose runs may overlap. */
  readonly isOfBackfillAtOnce: boolean
}

/** Every run ever named by a job's record. */
export function runEntries(versions: ReadonlyMap<string, readonly JobVersion[]>): Map<string, KnownRun> {
  const entries = new Map<string, KnownRun>()
  for (const ofJob of versions.values()) {
    ofJob.forEach((version, index) => {
      for (const run of version.isDeleted ? [] : version.running) {
        const known = entries.get(run.runId)
        if (known === undefined) {
          const makesUpForLost = isSecondTry(run, ofJob[index - 1], version)
          const backfills = [ofJob[index - 1]?.backfill, version.backfill]
          const isOfBackfillAtOnce = run.trigger === 'backfill' && backfills.some((each) => each?.overlap === 'allow')
          entries.set(run.runId, { run, fences: new Set([run.fence]), makesUpForLost, isOfBackfillAtOnce })
        } else known.fences.add(run.fence)
      }
    })
  }
  return entries
}

/** True for a run entered in the write that declared another run of the same tick lost. */
export function isSecondTry(run: RunEntry, before: JobVersion | undefined, after: JobVersion): boolean {
  if (before === undefined || before.isDeleted || !before.retriesLost) return false
  return before.running.some(
    ({ runId, tick }) =>
      tick === run.tick && after.lost.includes(runId) && !after.running.some((open) => open.runId === runId),
  )
}

function nameOf({ attempt, job, process, runId, startedAt, tick }: ActionCall): string {
  return `attempt ${attempt} of ${job} ${tick}, run ${runId}, at ${Math.round(startedAt)} ms by ${process}`
}
