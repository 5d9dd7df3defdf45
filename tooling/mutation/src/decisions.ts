/** The files that only decide: every protocol of s3sched is in one of these files. */
export const DECISIONS: readonly string[] = [
  'packages/lock/src/lease-protocol.ts',
  'packages/coordinator/src/election.ts',
  'packages/jobs/src/record/job-changes.ts',
  'packages/engine/src/leader/decide-promotion.ts',
  'packages/engine/src/leader/fleet-rest.ts',
  'packages/engine/src/standby/decide-look.ts',
  'packages/engine/src/ticks/decide-tick.ts',
  'packages/engine/src/ticks/chain-ready.ts',
  'packages/engine/src/runs/claim-tick.ts',
  'packages/engine/src/runs/decide-recovery.ts',
  'packages/engine/src/runs/run-lease.ts',
  'packages/executor/src/backoff.ts',
  'packages/ledger/src/try-fate.ts',
  'packages/ledger/src/page-split.ts',
  'packages/ledger/src/signs.ts',
  'packages/ledger/src/pace.ts',
]
