import { describe, expect, it } from 'vitest'
import { consumePredecessors, type LastRun, newJob } from '@s3sched/jobs'
import { chainReady } from './chain-ready.ts'

const spec = { schedule: null } as unknown as Parameters<typeof newJob>[0]
const record = newJob(spec, 'hash', 1000)

function ended(runId: string, more: Partial<LastRun> = {}): LastRun {
  const times = { scheduledTime: 2000, startedAt: 2000, endedAt: 3000, durationMs: 1000 }
  return { runId, fence: 1, status: 'success', error: null, ...times, ...more }
}

/** The runs that would start a job. */
const runsOf = (ready: ReturnType<typeof chainReady>): Readonly<Record<string, string>> | undefined =>
  ready && Object.fromEntries(Object.entries(ready).map(([name, { runId }]) => [name, runId]))

const lastRuns =
  (runs: Readonly<Record<string, LastRun>>) =>
  (name: string): LastRun | undefined =>
    runs[name]

describe('a job with after', () => {
  it('starts when each of its predecessors has succeeded, by those runs', () => {
    const both = lastRuns({ a: ended('a1'), b: ended('b1') })
    expect(chainReady(record, { after: ['a', 'b'] }, both)).toEqual({
      a: { runId: 'a1', fence: 1, endedAt: 3000 },
      b: { runId: 'b1', fence: 1, endedAt: 3000 },
    })
  })

  it('waits while one has not run, or did not succeed', () => {
    expect(chainReady(record, { after: ['a', 'b'] }, lastRuns({ a: ended('a1') }))).toBeUndefined()
    for (const status of ['failed', 'lost', 'cancelled', 'skipped'] as const) {
      expect(
        chainReady(record, { after: ['a', 'b'] }, lastRuns({ a: ended('a1'), b: ended('b1', { status }) })),
      ).toBeUndefined()
    }
  })

  it('is started once by a run, although the other predecessor has run anew', () => {
    const first = chainReady(record, { after: ['a', 'b'] }, lastRuns({ a: ended('a1'), b: ended('b1') }))
    const started = consumePredecessors(record, first ?? {})
    const [a2, b2] = [ended('a2', { fence: 2 }), ended('b2', { fence: 2 })]
    expect(chainReady(started, { after: ['a', 'b'] }, lastRuns({ a: ended('a1'), b: b2 }))).toBeUndefined()
    expect(runsOf(chainReady(started, { after: ['a', 'b'] }, lastRuns({ a: a2, b: b2 })))).toEqual({ a: 'a2', b: 'b2' })
  })

  describe('whose predecessor has ended twice', () => {
    /** The runs that start the job, when its instances know these as the last runs, one after the other. */
    const startedBy = (...seen: readonly LastRun[]): readonly string[] => {
      let current = record
      return seen.flatMap((last) => {
        const ready = chainReady(current, { after: ['a'] }, () => last)
        current = consumePredecessors(current, ready ?? {})
        return Object.values(runsOf(ready) ?? {})
      })
    }
    const older = ended('older', { fence: 1, endedAt: 3000 })

    it('is started once by a run that changed hands, and got another fence, as one instance did not know yet', () => {
      expect(startedBy(older, { ...older, fence: 7 }, ended('newer', { fence: 8 }))).toEqual(['older', 'newer'])
    })

    it('is not started again by the older run, which another instance takes for the last one', () => {
      const newer = ended('newer', { fence: 2, endedAt: 5000 })
      expect(startedBy(older, newer, older, newer)).toEqual(['older', 'newer'])
    })

    it('is started once by each, although the clock of the older run was ahead', () => {
      const newer = ended('newer', { fence: 2, endedAt: 2000 })
      expect(startedBy(older, newer, older, newer)).toEqual(['older', 'newer'])
      expect(startedBy(newer, older, newer, older)).toEqual(['newer', 'older'])
    })

    it('is started by an earlier run too, when the later one has ended before', () => {
      expect(startedBy(ended('later', { fence: 2, endedAt: 2500 }), older)).toEqual(['later', 'older'])
    })

    it('is started after the record of the predecessor was deleted, when its fence begins anew', () => {
      expect(startedBy(ended('before', { fence: 70 }), ended('anew', { fence: 1, endedAt: 9000 }))).toEqual([
        'before',
        'anew',
      ])
    })
  })

  it('is not started by what ended before it was defined or resumed, or at that moment', () => {
    expect(chainReady(record, { after: ['a'] }, lastRuns({ a: ended('a1', { endedAt: 1000 }) }))).toBeUndefined()
    expect(chainReady(record, { after: ['a'] }, lastRuns({ a: ended('a1', { endedAt: 999 }) }))).toBeUndefined()
    expect(chainReady(record, { after: ['a'] }, lastRuns({ a: ended('a1', { endedAt: 1001 }) }))).toBeDefined()
  })
})

it('a job without after is never started by others', () => {
  expect(chainReady(record, { after: [] }, () => ended('a1'))).toBeUndefined()
})

it.each([
  ['success', ['success']],
  ['failure', ['failed', 'timeout']],
  ['end', ['success', 'failed', 'timeout', 'cancelled']],
] as const)("on: '%s' starts the job at the ends %j", (on, wanted) => {
  const one = { after: ['a'], ...(on === 'success' ? {} : { afterOn: { a: on } }) }
  const statuses = ['success', 'failed', 'timeout', 'cancelled', 'skipped', 'lost'] as const
  const starting = statuses.filter((status) => chainReady(record, one, () => ended('a1', { status })) !== undefined)
  expect(starting).toEqual(wanted)
})

it('waits for each predecessor with its own wanted end', () => {
  const both = { after: ['a', 'b'], afterOn: { b: 'failure' } } as const
  const b = ended('b1', { status: 'failed' })
  expect(runsOf(chainReady(record, both, lastRuns({ a: ended('a1'), b })))).toEqual({ a: 'a1', b: 'b1' })
  expect(chainReady(record, both, lastRuns({ a: ended('a1'), b: ended('b1') }))).toBeUndefined()
})
