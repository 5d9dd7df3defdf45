import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRun, createRig, MINUTE, START } from '../test/records.ts'
import {
  emptyStatistics,
  foldStatistics,
  parseStatistics,
  RUN_STATUSES,
  summarizeStatistics,
  supersedeLost,
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

  it('take the later of two runs of one instant for the last, and the longest for the longest', () => {
    const [first, second] = inTurn('success', 'success').map((run) => ({ ...run, scheduledTime: START }))
    if (first === undefined || second === undefined) throw new Error('two were made')
    expect(fold([second, first])).toMatchObject({
      lastRun: { runId: 'run-0' },
      lastSuccess: { runId: 'run-0' },
      longestMs: 20,
    })
  })

  it('do not let an old success or failure that comes late be the last of its kind', () => {
    const [failed, success, timeout, again] = inTurn('failed', 'success', 'timeout', 'success')
    if (!failed || !success || !timeout || !again) throw new Error('four were made')
    const known = fold([again, timeout, success, failed])
    expect(known).toMatchObject({ lastSuccess: { runId: 'run-3' }, lastError: { runId: 'run-2' } })
    expect(fold([failed, success, timeout, again])).toMatchObject({
      lastSuccess: { runId: 'run-3' },
      lastError: { runId: 'run-2' },
    })
  })

  it('count a run once, whatever count its record has, and ticks that were missed by their number', () => {
    const counted = (status: RunStatus): number => fold([aRun({ status, count: 5 })]).counts[status]
    expect([counted('success'), counted('skipped'), counted('lost'), counted('missed')]).toEqual([1, 1, 1, 5])
  })

  it('have the reason of an error without a message, and no message without either', () => {
    expect(fold([aRun({ status: 'lost', reason: 'its process went away' })]).lastError?.message).toMatch(/went away/)
    expect(fold([aRun({ status: 'failed' })]).lastError).not.toHaveProperty('message')
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

  it('gives the streak back that the run ended or prolonged', () => {
    const streakAfter = (last: RunStatus, ...before: RunStatus[]): JobStatistics['streak'] => {
      const known = fold(inTurn(...before))
      const run = aRun({ runId: 'extra', status: last, scheduledTime: START + 1e6 * MINUTE })
      return unfoldStatistics(foldStatistics(known, run), run).streak
    }
    expect(streakAfter('lost')).toEqual({ outcome: 'none', length: 0, before: 0 })
    expect(streakAfter('lost', 'success', 'success')).toEqual({ outcome: 'success', length: 2, before: 0 })
    expect(streakAfter('success', 'failed', 'failed')).toEqual({ outcome: 'failure', length: 2, before: 0 })
    expect(streakAfter('lost', 'success', 'failed')).toEqual({ outcome: 'failure', length: 1, before: 1 })
    expect(streakAfter('skipped', 'success', 'failed')).toEqual({ outcome: 'failure', length: 1, before: 1 })
  })

  it('forgets the marks of the run, and keeps those of other runs', () => {
    const [success, failed] = inTurn('success', 'failed')
    if (success === undefined || failed === undefined) throw new Error('two were made')
    const known = fold([success, failed])
    const { lastError, lastRun, lastSuccess } = known
    expect(unfoldStatistics(known, failed)).toMatchObject({ lastSuccess })
    expect(Object.keys(unfoldStatistics(known, failed))).not.toEqual(expect.arrayContaining(['lastRun']))
    expect(unfoldStatistics(known, failed)).not.toHaveProperty('lastError')
    expect(unfoldStatistics(known, success)).toMatchObject({ lastRun, lastError })
    expect(unfoldStatistics(known, success)).not.toHaveProperty('lastSuccess')
    // Another end of the same run, and another run with the same end.
    expect(unfoldStatistics(known, { ...failed, status: 'lost' })).toMatchObject({ lastRun, lastError, lastSuccess })
    expect(unfoldStatistics(known, { ...failed, runId: 'x' })).toMatchObject({ lastRun, lastError, lastSuccess })
    expect(Object.keys(unfoldStatistics(emptyStatistics(), failed))).toEqual(Object.keys(emptyStatistics()))
  })

  it('puts the end of a run in the place of the verdict that it was lost', () => {
    const run = aRun({ runId: 'late', durationMs: 70, count: 3 })
    const before = fold(inTurn('success', 'success').map((each) => ({ ...each, scheduledTime: START - 1 })))
    const lost = foldStatistics(before, { ...run, status: 'lost', durationMs: 0, count: 1 })
    expect(lost.streak).toMatchObject({ outcome: 'failure', length: 1 })
    const superseded = supersedeLost(lost, run)
    expect(superseded).toEqual(foldStatistics(before, run))
    expect(superseded).toMatchObject({ counts: { success: 3, lost: 0 }, lastRun: { runId: 'late', durationMs: 70 } })
    expect(superseded).not.toHaveProperty('lastError')
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

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'run-1'],
    ['no run id', { status: 'success', scheduledTime: 1, durationMs: 1 }],
    ['an unknown end', { runId: 'r', status: 'exploded', scheduledTime: 1, durationMs: 1 }],
    ['no instant', { runId: 'r', status: 'success', scheduledTime: '1', durationMs: 1 }],
    ['no duration', { runId: 'r', status: 'success', scheduledTime: 1, durationMs: null }],
  ])('names no run where the mark has %s', (_, mark) => {
    const parsed = parseStatistics({ lastRun: mark, lastSuccess: mark, lastError: mark })
    expect(parsed).toEqual(emptyStatistics())
  })

  it('has no amount but a number from 0 on, and no streak but of successes or failures', () => {
    const amounts = (value: unknown): number[] => {
      const parsed = parseStatistics({ longestMs: value, totalDurationMs: value, counts: { success: value } })
      return [parsed.longestMs, parsed.totalDurationMs, parsed.counts.success]
    }
    expect(amounts(5)).toEqual([5, 5, 5])
    for (const value of [-1, Infinity, '5', null, true, 5n]) expect(amounts(value)).toEqual([0, 0, 0])
    const streak = (value: unknown): unknown => parseStatistics({ streak: value }).streak
    const none = emptyStatistics().streak
    expect(streak({ outcome: 'failure', length: 2, before: 1 })).toEqual({ outcome: 'failure', length: 2, before: 1 })
    expect(streak({ outcome: 'success', length: -2 })).toEqual({ outcome: 'success', length: 0, before: 0 })
    expect([streak({ outcome: 'draw', length: 2, before: 1 }), streak(null), streak('success')]).toEqual([
      none,
      none,
      none,
    ])
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
