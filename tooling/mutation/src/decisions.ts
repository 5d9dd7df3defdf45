/** The files that only decide: every protocol of s3sched is in one of these files. */
export const DECISIONS: readonly string[] = [
  'packages/lock/src/lease-protocol.ts',
  'packages/coordinator/src/election.ts',
  'packages/plugin/src/job/job-changes.ts',
  'packages/plugin/src/tick/decide-tick.ts',
  'packages/plugin/src/tick/chain-ready.ts',
  'packages/plugin/src/run/run-lease.ts',
  'packages/executor/src/backoff.ts',
]
