import { checkCalls } from './check-calls.ts'
import { checkChains } from './check-chains.ts'
import { checkContexts } from './check-contexts.ts'
import { checkFailures } from './check-failures.ts'
import { checkHistory } from './check-history.ts'
import { checkHolders } from './check-holders.ts'
import { checkJob } from './check-job.ts'
import { checkLeaders } from './check-leaders.ts'
import { checkLiveness } from './check-liveness.ts'
import { checkOrder } from './check-order.ts'
import { checkOverlaps } from './check-overlaps.ts'
import { checkRequests } from './check-requests.ts'
import { checkStarts } from './check-starts.ts'
import { checkVerdicts } from './check-verdicts.ts'
import type { Evidence } from './evidence.ts'
import { jobVersions } from './job-versions.ts'
import { leadersAfterRests } from './leaders-after-rests.ts'
import { endedRuns, recordedRuns } from './recorded-runs.ts'
import { ofKept } from '../switches.ts'

export type { Evidence } from './evidence.ts'

/** All violations of a simulation; each text begins with the name of the broken promise. */
export function checkRun(evidence: Evidence): string[] {
  const versions = jobVersions(evidence.changes)
  const hasHistory = evidence.plan.hasHistory !== false
  const recorded = recordedRuns(evidence.changes)
  const ended = hasHistory ? recorded : endedRuns(evidence.calls)
  const jobEvidence = {
    recorded: hasHistory ? recorded : undefined,
    started: new Set(evidence.calls.map(({ runId }) => runId)),
    restEndedAt: leadersAfterRests(evidence.changes),
  }
  const violations = [
    ...evidence.violations,
    ...evidence.changes.flatMap(({ problems }) => problems),
    ...checkOverlaps(evidence, versions),
    ...checkLeaders(evidence.changes),
    ...[...versions].flatMap(([job, ofJob]) => checkJob(job, ofJob, jobEvidence)),
    ...[...versions].flatMap(([job, ofJob]) => checkHolders(job, ofJob)),
    ...checkCalls(evidence, versions),
    ...checkStarts(evidence, versions),
    ...checkOrder(evidence, versions),
    ...checkVerdicts(evidence, versions, hasHistory ? recorded : undefined),
    ...checkChains(evidence, versions, ended),
    ...checkRequests(evidence, versions),
    ...checkContexts(evidence, versions),
    ...(hasHistory ? checkHistory(evidence, versions, recorded) : []),
    ...(hasHistory ? checkFailures(evidence.plan.jobs, versions, recorded) : []),
    ...checkLiveness(evidence, versions),
  ]
  return ofKept(violations)
}
