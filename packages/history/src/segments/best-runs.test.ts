import { describe, expect, it } from 'vitest'
import { aRun, START } from '../../test/records.ts'
import type { RunRecord } from '../run-record.ts'
import { RUN_STATUSES } from '../run-status.ts'
import { bestRuns, compareRuns } from './best-runs.ts'

/** The best of the copies of one run, which must not depend on the order of reading. */
function best(one: RunRecord, other: RunRecord): RunRecord {
  const [found, ...more] = bestRuns([one, other])
  const [swapped] = bestRuns([other, one])
  if (found === undefined) throw new Error('no run was left')
  expect([more, swapped]).toEqual([[], found])
  return found
}

describe('the copies of a run', () => {
  it('are one run', () => {
    expect(bestRuns([aRun(), aRun()])).toEqual([aRun()])
    expect(bestRuns([])).toEqual([])
    expect(bestRuns([aRun()])).toEqual([aRun()])
  })

  it('are told by the run id and the job', () => {
    const runs = [aRun(), aRun({ runId: 'run-2' }), aRun({ job: 'other' })]
    expect(bestRuns(runs)).toEqual(runs)
  })

  it.each(RUN_STATUSES.filter((status) => status !== 'lost'))('have %s before a verdict of a loss', (status) => {
    expect(best(aRun({ status: 'lost' }), aRun({ status }))).toEqual(aRun({ status, wasLost: true }))
  })

  it('have an end that was called before one that was not, and an ordinary end before a cancelled one', () => {
    expect(best(aRun({ status: 'skipped' }), aRun({ status: 'cancelled' })).status).toBe('cancelled')
    expect(best(aRun({ status: 'cancelled' }), aRun({ status: 'failed' })).status).toBe('failed')
  })

  it('keep the mark of a loss that any copy tells', () => {
    const marked = aRun({ wasLost: true })
    expect(best(marked, aRun())).toEqual(marked)
    expect(bestRuns([marked, aRun()])[0]).toBe(marked)
    expect(best(aRun({ status: 'cancelled', wasLost: true }), aRun())).toEqual(marked)
    expect(best(aRun({ status: 'lost' }), aRun({ status: 'lost' }))).toEqual(aRun({ status: 'lost' }))
    expect(bestRuns([aRun({ status: 'lost' }), aRun({ runId: 'run-2' })])[1]).toEqual(aRun({ runId: 'run-2' }))
  })

  it('with equal knowledge are told apart by the records', () => {
    const later = aRun({ scheduledTime: START + 1, durationMs: 90, status: 'success' })
    expect(best(aRun({ status: 'failed' }), later)).toBe(later)
    const failed = aRun({ status: 'failed', durationMs: 90 })
    expect(best(failed, aRun())).toBe(failed)
    const quick = aRun({ durationMs: 30 })
    expect(best(aRun({ durationMs: 40, attempts: [] }), quick)).toBe(quick)
    const shorter = aRun({ attempts: [] })
    expect(best(aRun(), shorter)).toBe(shorter)
  })
})

describe('the order of the history', () => {
  it('has the newest tick first, then goes by job and run id', () => {
    const sorted = [
      aRun({ scheduledTime: START + 1, job: 'z', runId: 'z' }),
      aRun({ job: 'a', runId: 'z' }),
      aRun({ job: 'b', runId: 'a' }),
      aRun({ job: 'b', runId: 'b' }),
    ]
    expect(sorted.toReversed().toSorted(compareRuns)).toEqual(sorted)
    expect(sorted.toSorted(compareRuns)).toEqual(sorted)
    expect(compareRuns(aRun(), aRun())).toBe(0)
  })
})
