import type { AttemptRecord, CancelReason, RunOutcome } from '@s3sched/executor'
import { describe, expect, it } from 'vitest'
import { leaders, retry } from '../../test/recovery-facts.ts'
import { isHandedOver } from './handed-over.ts'
import type { RunStart } from './run-start.ts'

const start = {
  job: { onHang: 'wait' },
  record: { spec: { retries: 2 }, override: null },
  run: leaders,
} as unknown as RunStart
const failed: AttemptRecord = { attempt: 1, startedAt: 0, durationMs: 1, status: 'failed' }
const cancelled = (reason: CancelReason, ...attempts: AttemptRecord[]): RunOutcome =>
  ({ status: 'cancelled', reason, attempts }) as unknown as RunOutcome
const trusted = { isTrusted: () => true }
const distrusted = { isTrusted: () => false }
const isHanded = (outcome: RunOutcome, changes: Partial<RunStart> = {}, authority = trusted): boolean =>
  isHandedOver(outcome, { ...start, ...changes }, authority)

describe('a run that this process left', () => {
  it.each(['stopped', 'lease-lost'] as const)('is handed over before its first attempt: %s', (reason) => {
    expect(isHanded(cancelled(reason))).toBe(true)
  })

  it.each(['cancelled', 'timeout', 'superseded'] as const)('is over where it was to end: %s', (reason) => {
    expect(isHanded(cancelled(reason))).toBe(false)
    expect(isHanded(cancelled(reason, failed))).toBe(false)
  })

  it('is handed over between two attempts', () => {
    expect(isHanded(cancelled('stopped', failed))).toBe(true)
    expect(isHanded(cancelled('lease-lost', { ...failed, status: 'timeout' }))).toBe(true)
  })

  it('is handed over where another process took it, and is over where its own job replaced it', () => {
    expect(isHanded(cancelled('superseded'), {}, distrusted)).toBe(true)
    expect(isHanded(cancelled('superseded', failed), {}, distrusted)).toBe(true)
    expect(isHanded(cancelled('superseded'), {}, trusted)).toBe(false)
    expect(isHanded(cancelled('cancelled'), {}, distrusted)).toBe(false)
  })

  it('is over where an attempt was broken off: the action may have begun its work', () => {
    expect(isHanded(cancelled('stopped', { ...failed, status: 'cancelled' }))).toBe(false)
    expect(isHanded(cancelled('stopped', failed, { ...failed, attempt: 2, status: 'cancelled' }))).toBe(false)
  })

  it('is over after its last attempt', () => {
    const overridden = { spec: { retries: 2 }, override: { against: 'h', fields: { retries: 3 } } }
    expect(isHanded(cancelled('stopped', { ...failed, attempt: 2 }))).toBe(true)
    expect(isHanded(cancelled('stopped', { ...failed, attempt: 3 }))).toBe(false)
    const record = overridden as unknown as RunStart['record']
    expect(isHanded(cancelled('stopped', { ...failed, attempt: 3 }), { record })).toBe(true)
  })

  it('is over while its action goes on, unless the job bears two at a time', () => {
    const abandoned: AttemptRecord = { ...failed, status: 'timeout', abandoned: true }
    expect(isHanded(cancelled('stopped', abandoned))).toBe(false)
    const job = { onHang: 'continue' } as unknown as RunStart['job']
    expect(isHanded(cancelled('stopped', abandoned), { job })).toBe(true)
    expect(isHanded(cancelled('cancelled', abandoned), { job })).toBe(false)
  })

  it('is over where somebody waits for it here', () => {
    const run = { ...leaders, trigger: 'manual', retry } as const
    expect(isHanded(cancelled('stopped'), { run })).toBe(false)
    expect(isHanded(cancelled('stopped', failed), { run })).toBe(false)
  })

  it.each(['success', 'failed', 'timeout', 'skipped'] as const)('is over with an end of its own: %s', (status) => {
    expect(isHanded({ ...cancelled('stopped', failed), status } as RunOutcome)).toBe(false)
    expect(isHanded({ ...cancelled('stopped'), status } as RunOutcome)).toBe(false)
  })
})
