import type { OverlapSeen } from '../action-log.ts'
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

/**
 * Runs of a job that allows no overlap work one after the other. A run of a backfill at once may start beside any run
 * claimed before.
 */
export function checkOverlaps(
  { overlaps, plan }: Evidence,
  versions: ReadonlyMap<string, readonly JobVersion[]>,
): string[] {
  const entries = runEntries(versions)
  const free = new Set(plan.jobs.filter(({ overlap }) => overlap === 'allow').map(({ name }) => name))
  const isAllowed = ({ calls: [a, b], job }: OverlapSeen): boolean => {
    const later = a.fence > b.fence ? a : b
    return free.has(job) || entries.get(later.runId)?.isOfBackfillAtOnce === true
  }
  return overlaps
    .filter((overlap) => !isAllowed(overlap))
    .map(
      ({ calls: [a, b], job }) =>
        `overlap: ${job}: ${a.process} works on ${a.runId} while ${b.process} works on ${b.runId}`,
    )
}
