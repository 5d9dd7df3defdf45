import { describe, expect, it } from 'vitest'
import { newJob } from '../job/job-changes.ts'
import type { LastRun } from '../job/job-record.ts'
import { chainReady } from './chain-ready.ts'

const spec = { schedule: null } as unknown as Parameters<typeof newJob>[0]
const record = newJob(spec, 'hash', 1000)

function ended(runId: string, more: Partial<LastRun> = {}): LastRun {
  const times = { scheduledTime: 2000, startedAt: 2000, endedAt: 3000, durationMs: 1000 }
  return { runId, status: 'success', error: null, ...times, ...more }
}

const lastRuns =
  (runs: Readonly<Record<string, LastRun>>) =>
  (name: string): LastRun | undefined =>
    runs[name]

describe('a job with after', () => {
  it('starts when each of its predecessors has succeeded, by those runs', () => {
    const both = lastRuns({ a: ended('a1'), b: ended('b1') })
    expect(chainReady(record, ['a', 'b'], both)).toEqual({ a: 'a1', b: 'b1' })
  })

  it('waits while one has not run, or did not succeed', () => {
    expect(chainReady(record, ['a', 'b'], lastRuns({ a: ended('a1') }))).toBeUndefined()
    for (const status of ['failed', 'lost', 'cancelled', 'skipped'] as const) {
      expect(chainReady(record, ['a', 'b'], lastRuns({ a: ended('a1'), b: ended('b1', { status }) }))).toBeUndefined()
    }
  })

  it('is started once by a run, although the other predecessor has run anew', () => {
    const consumed = { ...record, consumed: { a: 'a1', b: 'b1' } }
    expect(chainReady(consumed, ['a', 'b'], lastRuns({ a: ended('a1'), b: ended('b2') }))).toBeUndefined()
    expect(chainReady(consumed, ['a', 'b'], lastRuns({ a: ended('a2'), b: ended('b2') }))).toEqual({ a: 'a2', b: 'b2' })
  })

  it('is not started by what ended before it was defined or resumed, or at that moment', () => {
    expect(chainReady(record, ['a'], lastRuns({ a: ended('a1', { endedAt: 1000 }) }))).toBeUndefined()
    expect(chainReady(record, ['a'], lastRuns({ a: ended('a1', { endedAt: 999 }) }))).toBeUndefined()
    expect(chainReady(record, ['a'], lastRuns({ a: ended('a1', { endedAt: 1001 }) }))).toEqual({ a: 'a1' })
  })
})

it('a job without after is never started by others', () => {
  expect(chainReady(record, [], () => ended('a1'))).toBeUndefined()
})
