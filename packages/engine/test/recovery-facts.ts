import type { OpenRun, PendingRetry } from '@s3sched/jobs'
import type { RecoveryFacts } from '../src/runs/decide-recovery.ts'

export const TTL = 90_000
export const SLACK = 1000
export const DAY = 86_400_000
export const NOON: number = Date.UTC(2026, 5, 1, 12)

export const leaders: OpenRun = {
  runId: 'r1',
  tick: NOON,
  trigger: 'schedule',
  fence: 3,
  workerId: 'w1',
  instance: 'i1',
  role: 'leader',
  epoch: 7,
  claimedAt: NOON - 1000,
  retry: null,
}

export const members: OpenRun = { ...leaders, role: 'member', epoch: null }

export const retry: PendingRetry = { attempt: 1, error: 'no', delayMs: 60_000, notedAt: NOON, released: false }

export type Changes = Partial<Omit<RecoveryFacts, 'run'>>

/** A leader of epoch 8, on another machine than the run's process. */
export const facts = (run: OpenRun, changes: Changes = {}): RecoveryFacts => ({
  run,
  isHere: false,
  self: { workerId: 'w2', instance: 'i2', role: 'leader', epoch: 8 },
  shards: 1,
  knownEpoch: 8,
  previousTerm: undefined,
  leaseTtlMs: TTL,
  hasAction: true,
  waitedMs: undefined,
  ...changes,
})
