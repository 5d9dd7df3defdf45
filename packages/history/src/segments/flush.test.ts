import { createSeededRandom } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { aRun, createRig, DAY, MINUTE, START } from '../../test/records.ts'
import type { RunRecord } from '../index.ts'
import { decideFlush, flushReason, planFlush, resolveFlushOptions } from './flush.ts'
import { pageOutcome, parseOutcome } from './page-outcome.ts'
import { decodeSegment } from './segment-body.ts'
import { parseSegmentKey } from './segment-key.ts'
import { flushPage, prepareOutcome } from './write-outcomes.ts'

const defaults = resolveFlushOptions()
const minutely = (count: number): RunRecord[] =>
  Array.from({ length: count }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE }))
const runsIn = (body: Uint8Array): RunRecord[] =>
  decodeSegment(body, {
    onProblem: (problem) => {
      throw new Error(problem)
    },
  })

const SETTLED = START + 40 + 10 * MINUTE

describe('a flush is due', () => {
  it('when the outcomes of ten minutes are worth a segment', () => {
    const outcomes = minutely(200).map(pageOutcome)
    expect(decideFlush(outcomes, SETTLED - 1, defaults)).toEqual({ flush: 'later', at: SETTLED })
    expect(decideFlush(outcomes, SETTLED, defaults)).toEqual({ flush: 'size', outcomes })
    const few = outcomes.slice(0, 20)
    expect(decideFlush(few, SETTLED, defaults)).toEqual({ flush: 'later', at: START + 40 + DAY })
    expect(decideFlush(few, SETTLED, resolveFlushOptions({ minBytes: 1024 }))).toEqual({ flush: 'size', outcomes: few })
  })

  it('sooner when the page of very many runs would become large', () => {
    const outcomes = minutely(1200).map(pageOutcome)
    expect(decideFlush(outcomes, START, defaults)).toEqual({ flush: 'size', outcomes })
    expect(decideFlush(outcomes.slice(0, 600), START, defaults)).toMatchObject({ flush: 'later' })
  })

  it('when the oldest outcome is a day old, and tells when that will be', () => {
    const outcomes = minutely(3).map(pageOutcome)
    const at = START + 40 + DAY
    expect(decideFlush(outcomes, START + DAY, defaults)).toEqual({ flush: 'later', at })
    expect(decideFlush(outcomes, at, defaults)).toEqual({ flush: 'age', outcomes })
  })

  it('exactly at its bounds', () => {
    const options = resolveFlushOptions({ maxBytes: 2048, minBytes: 1024, maxAgeMs: DAY })
    const reason = (bytes: number, ageMs: number) => flushReason({ bytes, oldest: START }, START + ageMs, options)
    expect(reason(2048, 0)).toBe('size')
    expect(reason(2047, 10 * MINUTE - 1)).toBeUndefined()
    expect(reason(1024, 10 * MINUTE)).toBe('size')
    expect(reason(1023, 10 * MINUTE)).toBeUndefined()
    expect(reason(1023, DAY - 1)).toBeUndefined()
    expect(reason(1023, DAY)).toBe('age')
    expect(flushReason({ bytes: 0, oldest: Infinity }, START, options)).toBeUndefined()
  })

  it('for failures apart from the rest', () => {
    const failed = minutely(200).map((run, n) => pageOutcome({ ...run, runId: `bad-${n}`, status: 'failed' }))
    const fine = minutely(200).map(pageOutcome)
    const few = failed.slice(0, 5)
    expect(decideFlush([...few, ...fine], SETTLED, defaults)).toEqual({ flush: 'size', outcomes: fine })
    expect(decideFlush([...failed, ...fine], SETTLED, defaults)).toMatchObject({ outcomes: [...fine, ...failed] })
    expect(decideFlush(few, START + 40 + DAY, defaults)).toEqual({ flush: 'age', outcomes: few })
    expect(decideFlush([...few, ...fine], START + 40 + DAY, defaults)).toMatchObject({ outcomes: [...fine, ...few] })
  })

  it('for a verdict together with the real end of its run', () => {
    const fine = minutely(200).map(pageOutcome)
    const verdict = pageOutcome(aRun({ runId: 'run-7', status: 'lost' }))
    expect(decideFlush([verdict, ...fine], SETTLED, defaults)).toEqual({ flush: 'size', outcomes: [verdict, ...fine] })
  })

  it('never for a page without outcomes', () => {
    expect(decideFlush([], START + 1000 * DAY, defaults)).toEqual({ flush: 'later', at: undefined })
  })

  it('by options that are checked', () => {
    expect(() => resolveFlushOptions({ maxBytes: 10 })).toThrow(/maxBytes/)
    expect(resolveFlushOptions({ maxBytes: 2048 }).minBytes).toBe(2048)
  })
})

describe('the plan of a flush', () => {
  it('is one segment for what ended well, the newest first, and names what leaves the page', () => {
    const runs = minutely(5)
    const { drop, segments } = planFlush({ page: '01', outcomes: runs.map(pageOutcome) })
    expect(segments).toHaveLength(1)
    expect(parseSegmentKey(segments[0]?.key ?? '')).toMatchObject({
      page: '01',
      newest: START + 4 * MINUTE,
      oldest: START,
      count: 5,
      statuses: new Set(['success']),
    })
    expect(runsIn(segments[0]?.body ?? new Uint8Array())).toEqual(runs.toReversed())
    expect(drop).toEqual([
      'report/run-0.success',
      'report/run-1.success',
      'report/run-2.success',
      'report/run-3.success',
      'report/run-4.success',
    ])
  })

  it('puts failures apart, and each day', () => {
    const outcomes = [
      aRun({ runId: 'a', status: 'skipped' }),
      aRun({ runId: 'b', status: 'lost' }),
      aRun({ runId: 'c', status: 'timeout', scheduledTime: START + 1 }),
      aRun({ runId: 'd', scheduledTime: START - 1 }),
    ].map(pageOutcome)
    const keys = planFlush({ page: '0', outcomes }).segments.map(({ key }) => parseSegmentKey(key))
    expect(keys.map((key) => [...(key?.statuses ?? [])])).toEqual([['timeout', 'lost'], ['skipped'], ['success']])
  })

  it('writes a run with a verdict and a real end once, as it ended, and drops both', () => {
    const outcomes = [aRun({ status: 'lost' }), aRun()].map(pageOutcome)
    const { drop, segments } = planFlush({ page: '0', outcomes })
    expect(segments.flatMap(({ body }) => runsIn(body))).toEqual([aRun({ wasLost: true })])
    expect(drop).toEqual(['report/run-1.lost', 'report/run-1.success'])
  })

  it('has the same keys for the same outcomes in any order', () => {
    const outcomes = minutely(5).map(pageOutcome)
    expect(planFlush({ page: '0', outcomes: outcomes.toReversed() }).segments).toEqual(
      planFlush({ page: '0', outcomes }).segments,
    )
  })

  it('cuts what could not be flushed for long into several segments', () => {
    const { segments } = planFlush({ page: '0', outcomes: minutely(2800).map(pageOutcome) })
    expect(segments.length).toBeGreaterThan(1)
    expect(segments.flatMap(({ body }) => runsIn(body))).toHaveLength(2800)
  })
})

describe('writing', () => {
  it('costs one PUT for the outcomes of an ordinary page', async () => {
    const { requests, store } = createRig()
    const drop = await flushPage(store, { page: '0', outcomes: minutely(100).map(pageOutcome) })
    expect(drop).toHaveLength(100)
    expect(requests).toMatchObject({ put: 1, get: 0, list: 0 })
  })

  it('tells nothing to drop when a segment was not written', async () => {
    const { store } = createRig()
    const broken = { ...store, put: () => Promise.reject(new Error('no store')) }
    await expect(flushPage(broken, { page: '0', outcomes: minutely(1).map(pageOutcome) })).rejects.toThrow('no store')
  })

  it('of an outcome costs one PUT for large parts, and none without', async () => {
    const { keys, requests, store } = createRig()
    const deps = { store, random: createSeededRandom(1) }
    expect(await prepareOutcome(deps, aRun())).toEqual(pageOutcome(aRun()))
    expect(requests.put).toBe(0)
    const { run } = await prepareOutcome(deps, aRun({ result: 'x'.repeat(5000) }))
    expect(run.result).toBeUndefined()
    expect(await keys()).toEqual(['details/fine/8232774399999.report.run-1.success.json'])
  })
})

it('an outcome comes back from a page, and an entry that is no outcome does not', () => {
  const outcome = pageOutcome(aRun())
  expect(parseOutcome(outcome.id, outcome.text)).toEqual(outcome)
  for (const value of ['text', {}, { ...aRun(), job: 'a\nb' }])
    expect(parseOutcome('id', JSON.stringify(value))).toBeUndefined()
  expect(parseOutcome('id', '{')).toBeUndefined()
})
