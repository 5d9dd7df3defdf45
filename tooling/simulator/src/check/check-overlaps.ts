import type { ActionCall, OverlapSeen } from '../action-log.ts'
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

/**
 * Runs of a job that allows no overlap work one after the other. A run of a backfill at once may start beside any run
 * claimed before, and a member's run beside one that a restored page does not name (ADR 211).
 */
export function checkOverlaps(
  { overlaps, plan }: Pick<Evidence, 'overlaps' | 'plan'>,
  versions: ReadonlyMap<string, readonly JobVersion[]>,
): string[] {
  const entries = runEntries(versions)
  const free = new Set(plan.jobs.filter(({ overlap }) => overlap === 'allow').map(({ name }) => name))
  const isAllowed = ({ calls: [a, b], job }: OverlapSeen): boolean => {
    const later = entries.get((a.fence > b.fence ? a : b).runId)
    if (free.has(job) || later?.isOfBackfillAtOnce === true) return true
    return later?.run.role === 'member' && wasForgotten(versions.get(job) ?? [], a, b)
  }
  return overlaps
    .filter((overlap) => !isAllowed(overlap))
    .map(
      ({ calls: [a, b], job }) =>
        `overlap: ${job}: ${a.process} works on ${a.runId} while ${b.process} works on ${b.runId}`,
    )
}

/** True if the record was deleted between the claims of two runs, and came back without the first. */
function wasForgotten(versions: readonly JobVersion[], ...runs: readonly [ActionCall, ActionCall]): boolean {
  const [first, second] = runs
    .map(({ runId }) => ({ runId, claim: versions.findIndex((version) => isNamed(runId, version)) }))
    .toSorted((a, b) => a.claim - b.claim)
  if (first === undefined || second === undefined || first.claim < 0) return false
  // The version of the second claim may be the one that came back.
  const since = versions.slice(first.claim, second.claim + 1)
  return since.some((restored, index) => {
    return since[index - 1]?.isDeleted === true && !restored.isDeleted && !isNamed(first.runId, restored)
  })
}

function isNamed(runId: string, { isDeleted, running }: JobVersion): boolean {
  return !isDeleted && running.some((run) => run.runId === runId)
}
