/** The files that only decide: every protocol of s3sched is in one of these files. */
export const DECISIONS: readonly string[] = [
  'packages/lock/src/lease-protocol.ts',
  'packages/lock/src/lease-state.ts',
  'packages/coordinator/src/election.ts',
  'packages/coordinator/src/decide-yield.ts',
  'packages/coordinator/src/placement.ts',
  'packages/coordinator/src/hand-over.ts',
  'packages/jobs/src/record/job-changes.ts',
  'packages/jobs/src/record/failed-ticks.ts',
  'packages/jobs/src/record/group-places.ts',
  'packages/jobs/src/record/backfill.ts',
  'packages/engine/src/leader/decide-promotion.ts',
  'packages/engine/src/leader/fleet-rest.ts',
  'packages/engine/src/standby/decide-look.ts',
  'packages/engine/src/ticks/decide-tick.ts',
  'packages/engine/src/ticks/chain-ready.ts',
  'packages/engine/src/runs/claim-tick.ts',
  'packages/engine/src/runs/decide-recovery.ts',
  'packages/engine/src/runs/run-lease.ts',
  'packages/executor/src/backoff.ts',
  'packages/executor/src/retry-decision.ts',
  'packages/ledger/src/decide-changes.ts',
  'packages/ledger/src/record-change.ts',
  'packages/ledger/src/page-edit.ts',
  'packages/ledger/src/try-fate.ts',
  'packages/ledger/src/page-split.ts',
  'packages/ledger/src/signs.ts',
  'packages/ledger/src/pace.ts',
  'packages/history/src/segments/prune-plan.ts',
  'packages/history/src/archive/archive-plan.ts',
  'packages/alerts/src/decide-alerts.ts',
]

/**
 * The tests of the decisions alone. Tests of the shells around the decisions would notice some mutants as well, and take
 * an hour.
 */
export const testsBeside: readonly string[] = DECISIONS.map((file) => file.replace(/\.ts$/, '*.test.ts'))
