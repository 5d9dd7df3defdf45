import type { AttemptRecord } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import { claimRun, newJob } from './job-changes.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { noteRetry, releaseRun, takeOver } from './run-changes.ts'

const claimant = { workerId: 'w', instance: 'i', role: 'leader', epoch: 1, claimedAt: 1000 } as const
const claim = { runId: 'a', tick: 2000, trigger: 'schedule', ...claimant } as const
const claimed = claimRun(newJob({ after: [] } as unknown as JobSpec, 'hash', 1000), claim)

const failed = (attempt: number, message: string): AttemptRecord => ({
  attempt,
  startedAt: 2000 * attempt,
  durationMs: 5,
  status: 'failed',
  error: { name: 'Error', message, stack: 'at line 1' },
})
const wait = { delayMs: 10, notedAt: 1 }
const later = { delayMs: 20, notedAt: 5 }

describe('a run that changes hands', () => {
  it('is noted between two attempts, released, and taken over with a greater fence', () => {
    const released = releaseRun(noteRetry(claimed, 'a', failed(1, 'e'), wait), 'a', failed(1, 'e'), later)
    expect(released.running[0]?.retry).toMatchObject({ attempt: 1, released: true, notedAt: 1 })
    const taken = takeOver(released, 'a', { workerId: 'x', instance: 'j', role: 'leader', epoch: 2, claimedAt: 9 })
    expect(taken.running).toMatchObject([{ runId: 'a', workerId: 'x', epoch: 2, fence: 2, retry: { released: false } }])
    expect(taken.fence).toBe(2)
  })

  it('is released with an attempt that failed and was not noted', () => {
    const noted = noteRetry(claimed, 'a', failed(1, 'e'), wait)
    const released = releaseRun(noted, 'a', failed(2, 'again'), later)
    expect(released.running[0]?.retry).toMatchObject({ attempt: 2, error: 'again', ...later, released: true })
  })

  it('can be released before its first attempt', () => {
    expect(releaseRun(claimed, 'a', undefined, later).running[0]?.retry).toMatchObject({
      attempt: 0,
      released: true,
      notedAt: 5,
    })
  })

  it('keeps every attempt that was made, each once and with its error cut short', () => {
    const first = noteRetry(claimed, 'a', failed(1, 'x'.repeat(5000)), wait)
    const second = releaseRun(noteRetry(first, 'a', failed(2, 'two'), wait), 'a', failed(2, 'two'), later)
    const made = second.running[0]?.retry?.made
    expect(made).toMatchObject([
      { attempt: 1, startedAt: 2000 },
      { attempt: 2, startedAt: 4000 },
    ])
    expect(made?.[0]?.error).toEqual({ name: 'Error', message: 'x'.repeat(200) })
  })
})
