import { checkCalls } from './check-calls.ts'
import { checkHistory } from './check-history.ts'
import { checkJob } from './check-job.ts'
import { checkLeaders } from './check-leaders.ts'
import { checkLiveness } from './check-liveness.ts'
import type { Evidence } from './evidence.ts'
import { jobVersions } from './job-versions.ts'
import { recordedRuns } from './recorded-runs.ts'

export type { Evidence } from './evidence.ts'

/** Everything that is wrong with a run, in words that begin with the promise that was broken. */
export function checkRun(evidence: Evidence): string[] {
  const versions = jobVersions(evidence.changes)
  const recorded = recordedRuns(evidence.changes)
  return [
    ...evidence.violations,
    ...evidence.overlaps.filter((overlap) => isForbidden(overlap, evidence)).map((overlap) => `overlap: ${overlap}`),
    ...checkLeaders(evidence.changes),
    ...[...versions].flatMap(([job, ofJob]) => checkJob(job, ofJob, recorded)),
    ...checkCalls(evidence, versions),
    ...checkHistory(evidence, versions, recorded),
    ...checkLiveness(evidence, versions),
  ]
}

function isForbidden(overlap: string, { plan }: Evidence): boolean {
  return plan.jobs.some(({ name, overlap: allowed }) => overlap.startsWith(`${name}:`) && allowed !== 'allow')
}
