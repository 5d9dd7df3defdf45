import type { JobVersion, RunEntry } from './job-versions.ts'

/** A run, with the first version of the job's record that names the run, and the version before. */
export interface Claim {
  readonly run: RunEntry
  readonly before: JobVersion | undefined
  readonly after: JobVersion
}

/** Every run named by the versions of a job's record, as first entered. */
export function claimsOf(versions: readonly JobVersion[]): Claim[] {
  const known = new Set<string>()
  return versions.flatMap((after, index) => {
    const entered = after.isDeleted ? [] : after.running.filter(({ runId }) => !known.has(runId))
    for (const { runId } of entered) known.add(runId)
    return entered.map((run) => ({ run, before: versions[index - 1], after }))
  })
}
