import type { AttemptRecord, RunRecord } from '@s3sched/history'
import { describe, expect, it } from 'vitest'
import { claimRun, endRun, judgeLost, newJob } from './job-changes.ts'
import type { JobSpec } from '../definition/job-spec.ts'
import { keepRun, noteRetry, releaseRun, reopenRun, takeOver } from './run-changes.ts'

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

describe('a change of one run', () => {
  const by = { workerId: 'x', instance: 'j', role: 'leader', epoch: 2, claimedAt: 9 } as const
  const two = claimRun(claimed, { ...claim, runId: 'b', tick: 3000 })

  it.each([
    ['noted', noteRetry(two, 'a', failed(1, 'e'), wait)],
    ['released', releaseRun(two, 'a', undefined, later)],
    ['taken over', takeOver(two, 'a', by)],
    ['kept', keepRun(two, 'a')],
  ])('leaves the other runs of the job as they are: %s', (_name, changed) => {
    expect(changed.running[0]).not.toEqual(two.running[0])
    expect(changed.running[1]).toEqual(two.running[1])
  })

  it('notes a retry that its process has not released', () => {
    expect(noteRetry(claimed, 'a', failed(1, 'e'), wait).running[0]?.retry).toMatchObject({ released: false })
  })

  it('notes the status of an attempt that ended without an error', () => {
    const { error: _, ...attempt } = { ...failed(1, 'e'), status: 'timeout' as const }
    const { retry } = noteRetry(claimed, 'a', attempt, wait).running[0] ?? {}
    expect(retry).toMatchObject({ attempt: 1, error: 'timeout' })
    expect(retry?.made).toStrictEqual([attempt])
  })

  it('cuts the name of an error short, too', () => {
    const attempt = { ...failed(1, 'e'), error: { name: 'N'.repeat(5000), message: 'e' } }
    const [made] = noteRetry(claimed, 'a', attempt, wait).running[0]?.retry?.made ?? []
    expect(made?.error).toEqual({ name: 'N'.repeat(200), message: 'e' })
  })

  it('releases a run before its first attempt without an error, and a noted run as it was noted', () => {
    expect(releaseRun(claimed, 'a', undefined, later).running[0]?.retry).toMatchObject({ attempt: 0, error: '' })
    const noted = noteRetry(claimed, 'a', failed(1, 'e'), wait)
    const { retry } = releaseRun(noted, 'a', undefined, later).running[0] ?? {}
    expect(retry).toMatchObject({ attempt: 1, error: 'e', ...wait, released: true })
  })

  it('gives a run that waited for no retry none at a takeover', () => {
    expect(takeOver(claimed, 'a', by).running[0]).toMatchObject({ workerId: 'x', fence: 2, retry: null })
  })

  it('keeps a run as a member, with its fence, and counts how often', () => {
    const once = keepRun(claimed, 'a')
    const [before] = claimed.running
    expect(once.running).toEqual([
      { ...before, role: 'member', epoch: null, shards: undefined, leaseMs: undefined, kept: 1 },
    ])
    expect(keepRun(once, 'a').running[0]?.kept).toBe(2)
    expect(once.fence).toBe(claimed.fence)
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

  it('is not opened twice, and is opened beside other runs, which stay open or lost', () => {
    expect(reopenRun({ ...lost, running: [run] }, run, undefined, later)).toBeUndefined()
    const other = { ...run, runId: 'b' }
    const reopened = reopenRun({ ...lost, running: [other], lost: ['z', 'a'] }, run, undefined, later)
    expect(reopened).toMatchObject({ lost: ['z'], running: [other, { runId: 'a', wasLost: true }] })
  })

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
