import { checkCalls } from './check-calls.ts'
import { checkChains } from './check-chains.ts'
import { checkContexts } from './check-contexts.ts'
import { checkHistory } from './check-history.ts'
import { checkHolders } from './check-holders.ts'
import { checkJob } from './check-job.ts'
import { checkLeaders } from './check-leaders.ts'
import { checkLiveness } from './check-liveness.ts'
import { checkRequests } from './check-requests.ts'
import { checkStarts } from './check-starts.ts'
import { checkVerdicts } from './check-verdicts.ts'
import type { Evidence } from './evidence.ts'
import { jobVersions } from './job-versions.ts'
import { leadersAfterRests } from './leaders-after-rests.ts'
import { recordedRuns } from './recorded-runs.ts'
import { ofKept } from '../switches.ts'

export type { Evidence } from './evidence.ts'

/** Everything that is wrong with a run, in words that begin with the promise that was broken. */
export function checkRun(evidence: Evidence): string[] {
  const versions = jobVersions(evidence.changes)
  const recorded = recordedRuns(evidence.changes)
  const called = new Set(evidence.calls.map(({ runId }) => runId))
  const followsRest = leadersAfterRests(evidence.changes)
  const violations = [
    ...evidence.violations,
    ...evidence.overlaps.filter((overlap) => isForbidden(overlap, evidence)).map((overlap) => `overlap: ${overlap}`),
    ...checkLeaders(evidence.changes),
    ...[...versions].flatMap(([job, ofJob]) => checkJob(job, ofJob, recorded, called, followsRest)),
    ...[...versions].flatMap(([job, ofJob]) => checkHolders(job, ofJob)),
    ...checkCalls(evidence, versions),
    ...checkStarts(evidence, versions),
    ...checkVerdicts(evidence, versions, recorded),
    ...checkChains(evidence, versions, recorded),
    ...checkRequests(evidence, versions),
    ...checkContexts(evidence, versions),
    ...checkHistory(evidence, versions, recorded),
    ...checkLiveness(evidence, versions),
  ]
  return ofKept(violations)
}

function isForbidden(overlap: string, { plan }: Evidence): boolean {
  return plan.jobs.some(({ name, overlap: allowed }) => overlap.startsWith(`${name}:`) && allowed !== 'allow')
}
