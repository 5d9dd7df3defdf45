import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRun, createRig, MINUTE, START } from '../test/records.ts'
import {
  emptyStatistics,
  foldStatistics,
  parseStatistics,
  RUN_STATUSES,
  summarizeStatistics,
  unfoldStatistics,
  type JobStatistics,
  type RunRecord,
  type RunStatus,
} from './index.ts'

const fold = (runs: readonly RunRecord[]): JobStatistics => runs.reduce(foldStatistics, emptyStatistics())
const inTurn = (...statuses: RunStatus[]): RunRecord[] =>
  statuses.map((status, n) =>
    aRun({ runId: `run-${n}`, status, scheduledTime: START + n * MINUTE, durationMs: 10 * (n + 1) }),
  )

describe('statistics', () => {
  it('of nothing are empty', () => {
    expect(summarizeStatistics(emptyStatistics())).toEqual({
      total: 0,
      runs: 0,
      counts: { success: 0, failed: 0, timeout: 0, cancelled: 0, skipped: 0, missed: 0, lost: 0 },
      streak: { outcome: 'none', length: 0 },
    })
  })

  it('count what ran and what did not, and rate what was tried', () => {
    const runs = inTurn('success', 'failed', 'skipped', 'cancelled', 'success')
    const missed = aRun({ runId: 'm', status: 'missed', attempts: [], durationMs: 0, count: 40 })
    const summary = summarizeStatistics(fold([...runs, missed]))
    expect(summary).toMatchObject({ total: 45, counts: { success: 2, failed: 1, missed: 40 }, averageMs: 30 })
    expect(summary.successRate).toBeCloseTo(2 / 3)
  })

  it('name the last run, the last success and the last error with its message', () => {
    const runs = inTurn('success', 'failed', 'skipped')
    const withError = runs.map((run) =>
      run.status === 'failed' ? { ...run, error: { name: 'E', message: 'disk full' } } : run,
    )
    expect(fold(withError)).toMatchObject({
      lastRun: { runId: 'run-2', status: 'skipped' },
      lastSuccess: { runId: 'run-0', durationMs: 10 },
      lastError: { runId: 'run-1', message: 'disk full' },
    })
  })

  it('count how often in a row', () => {
    expect(fold(inTurn('failed', 'success', 'success', 'skipped', 'success')).streak).toEqual({
      outcome: 'success',
      length: 3,
      before: 1,
    })
    expect(fold(inTurn('success', 'failed', 'timeout', 'cancelled', 'lost')).streak).toMatchObject({
      outcome: 'failure',
      length: 3,
    })
  })

  it('do not let an old run that comes late be the last one', () => {
    const [first, second] = inTurn('failed', 'success')
    if (first === undefined || second === undefined) throw new Error('two were made')
    expect(fold([second, first])).toMatchObject({
      lastRun: { runId: 'run-1' },
      streak: { outcome: 'success', length: 1 },
    })
  })

  it('never take more than 1.5 KiB', () => {
    const longest = 'x'.repeat(128)
    const runs = Array.from({ length: 3000 }, (_, n) =>
      aRun({
        runId: longest,
        status: n % 2 === 0 ? 'success' : 'failed',
        scheduledTime: START + n,
        durationMs: Math.round(1.006 ** n),
        error: { name: 'E', message: '"\u0001'.repeat(5000) },
      }),
    )
    expect(Buffer.byteLength(JSON.stringify(fold(runs)))).toBeLessThan(1536)
  })

  it('are the same computed anew from all runs, with the message of the last error', async () => {
    const { history, requests, reset, recordAll } = createRig()
    const runs = inTurn('success', 'failed', 'success', 'timeout').map((run) =>
      run.status === 'timeout' ? { ...run, error: { name: 'E', message: 'too slow' } } : run,
    )
    await recordAll(runs)
    reset()
    expect(await history.statistics('report')).toEqual(summarizeStatistics(fold(runs)))
    expect(requests).toMatchObject({ list: 1, get: 2 })
    expect(await history.statistics('report', { until: START + 2 * MINUTE })).toMatchObject({ total: 2 })
    expect(await history.statistics('nobody')).toMatchObject({ total: 0 })
  })
})

describe('taking a run out', () => {
  it('is the reverse of folding it in, for all that counts', () => {
    const statuses = fc.array(fc.constantFrom(...RUN_STATUSES), { maxLength: 30 })
    fc.assert(
      fc.property(
        statuses,
        fc.constantFrom(...RUN_STATUSES),
        fc.integer({ min: 0, max: 1e7 }),
        (before, status, durationMs) => {
          const known = fold(inTurn(...before))
          const run = aRun({ runId: 'extra', status, durationMs, scheduledTime: START + 1e6 * MINUTE })
          const { counts, totalDurationMs, durations } = unfoldStatistics(foldStatistics(known, run), run)
          expect({ counts, totalDurationMs, durations }).toEqual({
            counts: known.counts,
            totalDurationMs: known.totalDurationMs,
            durations: known.durations,
          })
        },
      ),
    )
  })

  it('never leaves less than nothing', () => {
    expect(unfoldStatistics(emptyStatistics(), aRun())).toEqual(emptyStatistics())
  })
})

describe('what was stored', () => {
  it('comes back as it was', () => {
    const statistics = fold(inTurn('success', 'failed', 'lost', 'success'))
    expect(parseStatistics(JSON.parse(JSON.stringify(statistics)))).toEqual(statistics)
  })

  it('by another version, or by nobody, never breaks anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = parseStatistics(value)
        expect(foldStatistics(parsed, aRun()).counts.success).toBeGreaterThan(0)
      }),
    )
    expect(parseStatistics(undefined)).toEqual(emptyStatistics())
    expect(parseStatistics({ counts: { success: 3, exploded: 4 }, durations: 'many' })).toEqual({
      ...emptyStatistics(),
      counts: { ...emptyStatistics().counts, success: 3 },
    })
  })
})
