import type { RunRecord } from '@s3sched/history'
import { silentLogger, takeReading } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import {
  claimRun,
  type RecordCache,
  type JobRecord,
  type JobSpec,
  judgeLost,
  newJob,
  type OpenRun,
} from '@s3sched/jobs'
import { RunLeases } from './run-leases.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const LEASE_MS = 2000
const claimant = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: NOW } as const
const claim = { runId: 'r', tick: NOW, trigger: 'schedule', leaseMs: LEASE_MS, ...claimant } as const
const claimed = claimRun(newJob({ after: [] } as unknown as JobSpec, 'hash', NOW), claim)
const [run] = claimed.running as [OpenRun]

/** A run on a lease of its own; the test decides when the store answers. */
function leasedRun() {
  const clock = createManualClock(NOW)
  const state = { record: claimed, isActing: false, isEnded: false }
  let answer = (): void => {}
  const answered = new Promise<void>((resolve) => (answer = resolve))
  const update: RecordCache['update'] = async (_, change) => {
    await answered
    const changed = change(state.record)
    if ('stop' in changed) return { outcome: 'stopped', stop: changed.stop, record: state.record }
    state.record = changed.write
    return { outcome: 'written', record: changed.write, sentAt: takeReading(clock) }
  }
  const leases = new RunLeases({ records: { update }, clock, logger: silentLogger })
  const lease = leases.enter({
    jobName: 'job',
    run,
    leaseMs: LEASE_MS,
    sentAt: takeReading(clock),
    startAt: NOW,
    isActing: () => state.isActing,
    end: () => (state.isEnded = true),
  })
  const leaseMsOf = ({ running }: JobRecord): number | undefined => running[0]?.leaseMs
  return { answer, clock, lease, leaseMs: () => leaseMsOf(state.record), state }
}

it('ends an action of which the store did not hear in time that it goes on', async () => {
  const { clock, lease, state } = leasedRun()
  state.isActing = true
  await clock.advance(LEASE_MS)
  expect([lease.isTrusted(), state.isEnded]).toEqual([false, true])
})

it('holds the job of a run between two attempts, which goes on once the store has heard of it', async () => {
  const { answer, clock, lease, leaseMs, state } = leasedRun()
  await clock.advance(10 * LEASE_MS)
  expect([lease.isTrusted(), state.isEnded]).toEqual([false, false])
  answer()
  await clock.advance(0)
  expect([lease.isTrusted(), state.isEnded, leaseMs()]).toEqual([true, false, undefined])
})

it('ends a run between two attempts when somebody has declared it lost', async () => {
  const { answer, clock, lease, state } = leasedRun()
  await clock.advance(2 * LEASE_MS)
  state.record = judgeLost(state.record, { runId: 'r', status: 'lost' } as RunRecord)
  answer()
  await clock.advance(0)
  expect([lease.isTrusted(), state.isEnded]).toEqual([false, true])
})
