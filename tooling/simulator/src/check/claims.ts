import type { JobVersion, RunEntry } from './job-versions.ts'

/** A run at the moment at which a job's record named it first. */
export interface Claim {
  readonly run: RunEntry
  readonly before: JobVersion | undefined
  readonly after: JobVersion
}

/** Every run that the versions of a job's record name, as it was entered. */
export function claimsOf(versions: readonly JobVersion[]): Claim[] {
  const known = new Set<string>()
  return versions.flatMap((after, index) => {
    const entered = after.isDeleted ? [] : after.running.filter(({ runId }) => !known.has(runId))
    for (const { runId } of entered) known.add(runId)
    return entered.map((run) => ({ run, before: versions[index - 1], after }))
  })
}
