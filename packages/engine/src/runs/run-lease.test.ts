import { describe, expect, it } from 'vitest'
import type { OpenRun } from '@s3sched/jobs'
import { hasOwnLease, leaseOfRun, runLeaseLeftMs, signAfterMs, trustedRunMs, type LeaseTiming } from './run-lease.ts'

const SECOND = 1000

function leaseOf(timing: Partial<LeaseTiming> = {}): number | undefined {
  return leaseOfRun({ toNextMs: SECOND, leadMs: 100, lastClaimMs: 20, trustedMs: 60 * SECOND, ...timing })
}

describe('the lease of a run', () => {
  it('lasts for half of the time to the next tick, a second and a half at least', () => {
    expect(leaseOf()).toBe(1.5 * SECOND)
    expect(leaseOf({ toNextMs: 10 * SECOND })).toBe(5 * SECOND)
    expect(leaseOf({ toNextMs: 60 * SECOND })).toBe(30 * SECOND)
  })

  it('lasts for twice the longest lead of a claim at least', () => {
    expect(leaseOf({ leadMs: 4 * SECOND })).toBe(8 * SECOND)
  })

  it.each([
    ["the leader's lease is over as soon", { toNextMs: 60 * SECOND, trustedMs: 30 * SECOND }],
    ['there is no next tick', { toNextMs: Infinity }],
    ['the store took more than a quarter of it for the last claim', { lastClaimMs: 376 }],
  ])('is none where %s', (_, timing) => {
    expect(leaseOf(timing)).toBeUndefined()
  })

  it.each([{ lastClaimMs: 375 }, { toNextMs: 60 * SECOND, trustedMs: 30_001 }])(
    'is one just below that: %o',
    (timing) => {
      expect(leaseOf(timing)).toBeGreaterThan(0)
    },
  )

  it('is trusted for less than others wait, and the next sign comes at half of that', () => {
    for (const leaseMs of [2000, 2500, 5000, 30_000]) {
      const trusted = trustedRunMs(leaseMs)
      expect(leaseMs - trusted).toBeGreaterThanOrEqual(200)
      expect(leaseMs / trusted).toBeGreaterThanOrEqual(1.1 - 1e-9)
      expect(signAfterMs(leaseMs)).toBeCloseTo(trusted / 2, 6)
    }
  })

  it('is counted from the first sight of the last sign, for other instances', () => {
    expect(runLeaseLeftMs({ leaseMs: 2000 }, 500)).toBe(1500)
    expect(runLeaseLeftMs({ leaseMs: 2000 }, 2500)).toBe(0)
  })

  it('ends with the first noted attempt', () => {
    const run = { leaseMs: 2000, retry: null } as OpenRun
    const retry = { attempt: 1, error: 'no', delayMs: 0, notedAt: 1, released: false }
    expect(hasOwnLease(run)).toBe(true)
    expect(hasOwnLease({ ...run, leaseMs: undefined })).toBe(false)
    expect(hasOwnLease({ ...run, retry })).toBe(false)
  })
})
