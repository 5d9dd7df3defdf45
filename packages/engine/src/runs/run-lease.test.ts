import { describe, expect, it } from 'vitest'
import type { LastRun, OpenRun } from '@s3sched/jobs'
import { hasOwnLease, leaseOfRun, outlivesAfterMs, runLeaseLeftMs, trustedRunMs } from './run-lease.ts'

const NOW = 1_000_000
const SECOND = 1000

const lastRun = (durationMs: number): LastRun => ({
  runId: 'r',
  fence: 1,
  status: 'success',
  scheduledTime: NOW - SECOND,
  startedAt: NOW - SECOND,
  endedAt: NOW - SECOND + durationMs,
  durationMs,
  error: null,
})

interface Given {
  readonly tookMs?: number
  readonly toNextMs?: number
  readonly startInMs?: number
  readonly lastClaimMs?: number
  readonly trustedMs?: number
}

function leaseOf({
  lastClaimMs = 20,
  startInMs = 700,
  tookMs = 10,
  toNextMs = SECOND,
  trustedMs = 60 * SECOND,
}: Given = {}) {
  return leaseOfRun(lastRun(tookMs), { startAt: NOW + startInMs, toNextMs }, { lastClaimMs, trustedMs }, NOW)
}

describe('the lease of a run', () => {
  it('lasts from its claim to its start, for 0.8 s or 0.6 of the time to the next tick, and for a margin', () => {
    expect(leaseOf()).toBe(700 + 800 + 200)
    expect(leaseOf({ toNextMs: 1500 })).toBe(700 + 900 + 200)
    expect(leaseOf({ toNextMs: 10 * SECOND })).toBe(Math.round((700 + 6 * SECOND) * 1.1))
    expect(leaseOf({ startInMs: -50 })).toBe(800 + 200)
  })

  it('is over before a tick that is a second and a half late, as a standby sees it that looks once a second', () => {
    for (let leadMs = 500; leadMs <= 900; leadMs += 50) {
      // Claimed `leadMs` before its instant and still open when the leader died; seen at the first poll after the
      // claim.
      const seenAt = leadMs >= 700 ? -700 : 300
      expect(seenAt + (leaseOf({ startInMs: leadMs }) ?? Infinity)).toBeLessThan(2500 - 250)
    }
  })

  it.each([
    ['the last run took more than half of that time', { tookMs: 401 }],
    ['the store took more than a quarter of it for the last claim', { lastClaimMs: 201 }],
    ["the leader's lease is over as soon", { toNextMs: 60 * SECOND, trustedMs: 36_700 }],
    ['there is no next tick', { toNextMs: Infinity }],
  ])('is none where %s', (_, given) => {
    expect(leaseOf(given)).toBeUndefined()
  })

  it.each([{ tookMs: 400 }, { lastClaimMs: 200 }, { toNextMs: 60 * SECOND, trustedMs: 36_701 }])(
    'is one just below that: %o',
    (given) => {
      expect(leaseOf(given)).toBeGreaterThan(0)
    },
  )

  it('is none for a job that never ran', () => {
    const gap = { startAt: NOW, toNextMs: SECOND }
    expect(leaseOfRun(null, gap, { lastClaimMs: 20, trustedMs: 60 * SECOND }, NOW)).toBeUndefined()
  })

  it('is trusted for as long as was meant, and others wait for the margin besides', () => {
    for (const untilEndMs of [800, 1500, 2000, 2001, 6700, 40_000]) {
      const leaseMs = Math.max(untilEndMs + 200, untilEndMs * 1.1)
      expect(trustedRunMs(leaseMs)).toBeCloseTo(untilEndMs, 6)
    }
  })

  it('is outlived at six tenths of what it has from its start on', () => {
    expect(outlivesAfterMs(700 + 800 + 200, 700)).toBeCloseTo(700 + 480, 6)
    expect(outlivesAfterMs(800 + 200, 0)).toBeCloseTo(480, 6)
  })

  it('is counted from the first sight of the claim, for other instances', () => {
    expect(runLeaseLeftMs({ leaseMs: 2000 }, 500)).toBe(1500)
    expect(runLeaseLeftMs({ leaseMs: 2000 }, 2500)).toBe(0)
  })

  it('ends with the first noted attempt', () => {
    const run = { leaseMs: 2000, retry: null } as OpenRun
    const retry = { attempt: 1, error: 'no', delayMs: 0, notedAt: NOW, released: false }
    expect(hasOwnLease(run)).toBe(true)
    expect(hasOwnLease({ ...run, leaseMs: undefined })).toBe(false)
    expect(hasOwnLease({ ...run, retry })).toBe(false)
  })
})
