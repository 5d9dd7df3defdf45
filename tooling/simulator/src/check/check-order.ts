/**
 * The runs of a job that allows no overlap start in the order of their claims: fences grow from start to start. They
 * begin anew with a record that a person had deleted and no process remembered.
 */
import type { ActionCall } from '../action-log.ts'
import { runEntries } from './check-calls.ts'
import type { Evidence } from './evidence.ts'
import type { JobVersion } from './job-versions.ts'

/** @param calls - in the order of their starts. A run of a backfill at once may overtake other runs. */
export function checkOrder(
  { calls, plan }: Pick<Evidence, 'calls' | 'plan'>,
  versions: ReadonlyMap<string, readonly JobVersion[]>,
): string[] {
  const entries = runEntries(versions)
  const ordered = new Set(plan.jobs.filter(({ overlap }) => overlap !== 'allow').map(({ name }) => name))
  const last = new Map<string, ActionCall>()
  return calls.flatMap((call) => {
    const { fence, job, process, runId, startedAt } = call
    if (!ordered.has(job) || entries.get(runId)?.isOfBackfillAtOnce === true) return []
    const before = last.get(job)
    if (before === undefined || fence >= before.fence || isAnew(versions.get(job) ?? [], before, call)) {
      last.set(job, call)
      return []
    }
    const what = `run ${runId} of ${job} with fence ${fence}, at ${Math.round(startedAt)} ms by ${process}`
    return [`fence: ${what}, was started after run ${before.runId} with fence ${before.fence} by ${before.process}`]
  })
}

/** True if the record was deleted between the claims of two runs. */
function isAnew(versions: readonly JobVersion[], before: ActionCall, call: ActionCall): boolean {
  const claimOf = ({ runId }: ActionCall): number =>
    versions.findIndex(({ isDeleted, running }) => !isDeleted && running.some((run) => run.runId === runId))
  return versions.slice(claimOf(before), claimOf(call)).some(({ isDeleted }) => isDeleted)
}
