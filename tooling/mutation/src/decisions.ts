/** The files of decisions alone: every protocol of s3sched is in such a file. */
export const DECISIONS: readonly string[] = [
  'packages/store/src/remote/conditional-put.ts',
  'packages/store/src/probe/verdict.ts',
  'packages/targets/src/http/judge-answer.ts',
  'packages/lock/src/lease-protocol.ts',
  'packages/lock/src/lease-state.ts',
  'packages/coordinator/src/election.ts',
  'packages/coordinator/src/decide-yield.ts',
  'packages/coordinator/src/placement.ts',
  'packages/coordinator/src/hand-over.ts',
  'packages/coordinator/src/earlier-instances.ts',
  'packages/jobs/src/record/job-changes.ts',
  'packages/jobs/src/record/run-changes.ts',
  'packages/jobs/src/record/reunite-job.ts',
  'packages/jobs/src/record/failed-ticks.ts',
  'packages/jobs/src/record/group-places.ts',
  'packages/jobs/src/record/backfill.ts',
  'packages/jobs/src/record/plan-backfill.ts',
  'packages/jobs/src/record/past-periods.ts',
  'packages/jobs/src/definition/start-of-tick.ts',
  'packages/jobs/src/definition/same-ticks.ts',
  'packages/engine/src/leader/decide-promotion.ts',
  'packages/engine/src/fleet/fleet-rest.ts',
  'packages/engine/src/standby/decide-look.ts',
  'packages/engine/src/ticks/decide-tick.ts',
  'packages/engine/src/ticks/chain-ready.ts',
  'packages/engine/src/definitions/one-time.ts',
  'packages/engine/src/runs/claim-tick.ts',
  'packages/engine/src/runs/decide-recovery.ts',
  'packages/engine/src/runs/run-lease.ts',
  'packages/engine/src/runs/handed-over.ts',
  'packages/engine/src/runs/while-held.ts',
  'packages/executor/src/backoff.ts',
  'packages/executor/src/retry-decision.ts',
  'packages/ledger/src/decide-changes.ts',
  'packages/ledger/src/record-change.ts',
  'packages/ledger/src/page-edit.ts',
  'packages/ledger/src/try-fate.ts',
  'packages/ledger/src/page-split.ts',
  'packages/ledger/src/signs.ts',
  'packages/ledger/src/pace.ts',
  'packages/ledger/src/went-back.ts',
  'packages/history/src/segments/prune-plan.ts',
  'packages/history/src/archive/archive-plan.ts',
  'packages/history/src/retention.ts',
  'packages/history/src/segments/best-runs.ts',
  'packages/history/src/statistics.ts',
  'packages/alerts/src/decide-alerts.ts',
  'packages/operator/src/audit/tick-period.ts',
  'packages/operator/src/audit/history-horizon.ts',
  'packages/operator/src/audit/count-ticks.ts',
]

/** The environment variable with the folder of the package under test, for the configuration of vitest. */
export const PACKAGE = 'S3SCHED_MUTATED_PACKAGE'

/** Folders of pure functions over one state: the tests of such a folder belong to all decisions of the folder. */
const WHOLE_FOLDERS: readonly string[] = ['packages/jobs/src/record']

/**
 * The tests of the decisions of a package. Tests of other packages, and of the shells around the decisions, would notice
 * some mutants as well, and take hours: all tests of a run try each constant that is read at the import.
 *
 * @param folder - such as `packages/lock`
 */
export function testsBeside(folder: string): string[] {
  const files = DECISIONS.filter((file) => file.startsWith(`${folder}/`))
  return [...new Set(files.map(testsOf))]
}

function testsOf(file: string): string {
  const whole = WHOLE_FOLDERS.find((folder) => file.startsWith(`${folder}/`))
  return whole === undefined ? file.replace(/\.ts$/, '*.test.ts') : `${whole}/*.test.ts`
}

/** The files of each package. */
export function byPackage(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const file of files) {
    const folder = file.split('/').slice(0, 2).join('/')
    found.set(folder, [...(found.get(folder) ?? []), file])
  }
  return found
}
