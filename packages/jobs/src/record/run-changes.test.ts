import type { AttemptRecord, RunRecord } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import { claimRun, endRun, judgeLost, newJob } from './job-changes.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { noteRetry, releaseRun, reopenRun, takeOver } from './run-changes.ts'

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

describe('a run that was declared lost before any attempt', () => {
  const record = (status: RunRecord['status']): RunRecord =>
    ({
      runId: 'a',
      job: 'job',
      status,
      trigger: 'schedule',
      scheduledTime: 2000,
      startedAt: 2000,
      endedAt: 3000,
      durationMs: 5,
    }) as RunRecord
  const [run] = claimed.running as [(typeof claimed.running)[0]]
  const lost = judgeLost(claimed, record('lost'))
  const counts = ({ statistics }: typeof lost) => statistics.counts

  it('is opened again and released by its process, and counts by its own end', () => {
    const reopened = reopenRun(lost, run, undefined, later)
    expect(reopened).toMatchObject({
      lost: [],
      running: [{ runId: 'a', wasLost: true, retry: { attempt: 0, released: true } }],
    })
    if (reopened === undefined) return
    const by = { workerId: 'x', instance: 'j', role: 'leader', epoch: 2, claimedAt: 9 } as const
    const ended = endRun(takeOver(reopened, 'a', by), record('success'), 2)
    expect(ended).toMatchObject({ running: [], lost: [] })
    expect(ended && counts(ended)).toMatchObject({ success: 1, lost: 0 })
  })

  it('is counted once when it is lost again', () => {
    const reopened = reopenRun(lost, run, undefined, later) ?? lost
    const again = judgeLost(reopened, record('lost'))
    expect(again).toMatchObject({ running: [], lost: ['a'] })
    expect(counts(again)).toMatchObject({ lost: 1 })
  })

  it('is told from the other runs of its job, which count by their own verdicts', () => {
    const other = claimRun(reopenRun(lost, run, undefined, later) ?? lost, { ...claim, runId: 'b' })
    expect(counts(judgeLost(other, record('lost')))).toMatchObject({ lost: 1 })
    expect(counts(judgeLost(other, { ...record('lost'), runId: 'b' }))).toMatchObject({ lost: 2 })
  })

  it('stays lost where another run makes up for it, where late runs are not wanted, and where nobody could go on', () => {
    const withSpec = (spec: Partial<JobSpec>): typeof lost => ({ ...lost, spec: { ...lost.spec, ...spec } })
    expect(reopenRun(withSpec({ onLost: 'retry' }), run, undefined, later)).toBeUndefined()
    expect(reopenRun(withSpec({ onLost: 'retry' }), { ...run, makesUpFor: 'b' }, undefined, later)).toBeDefined()
    expect(reopenRun(withSpec({ catchUp: 'none' }), run, undefined, later)).toBeUndefined()
    expect(reopenRun(lost, { ...run, fields: null }, undefined, later)).toBeUndefined()
    expect(reopenRun(claimed, run, undefined, later)).toBeUndefined()
    expect(reopenRun({ ...lost, lost: [] }, run, undefined, later)).toBeUndefined()
  })
})
