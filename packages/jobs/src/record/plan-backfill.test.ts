import { describe, expect, it } from 'vitest'
import { hashSpec, type JobSpec } from '../definition/job-spec.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { endBackfill } from './backfill.ts'
import { newJob } from './job-changes.ts'
import type { JobRecord, PastPeriod } from './job-record.ts'
import { parseJobRecord } from './job-record-format.ts'
import { PAST_PERIODS } from './past-periods.ts'
import { type BackfillOptions, knownFrom, planBackfill } from './plan-backfill.ts'
import { storeRecord, USUAL_SPEC } from './stored-record.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 1)
const spec = { ...USUAL_SPEC, schedule: '@hourly' } as JobSpec
const job = { ...newJob(spec, hashSpec(spec), START), lastTick: START + 10 * HOUR }
const now = START + 10.5 * HOUR
const plan = (options: BackfillOptions, record: JobRecord = job, prunedTo?: number) =>
  planBackfill('job', record, options, { id: 'b1', now, prunedTo })

/** The refusal of a request: its code, text, advice and job. */
function refusal(options: BackfillOptions, record: JobRecord = job, prunedTo?: number): unknown[] {
  try {
    plan(options, record, prunedTo)
  } catch (error) {
    if (!(error instanceof SchedulerError)) throw error
    return [error.code, error.retriable, error.message, error.context]
  }
  return []
}

describe('a request for a backfill', () => {
  it('becomes a part of the record, which other records do not have', () => {
    const { planned, start } = plan({ from: START + HOUR, to: START + 3 * HOUR })
    expect(start).toEqual({ id: 'b1', ticks: 3 })
    expect(planned.backfill).toEqual({
      id: 'b1',
      from: START + HOUR,
      to: START + 3 * HOUR,
      overlap: 'queue',
      after: START + HOUR - 1,
      claimed: 0,
    })
    expect(parseJobRecord(JSON.parse(JSON.stringify(storeRecord(planned))) as never)).toMatchObject({
      outcome: 'found',
      record: { backfill: planned.backfill },
    })
    expect(Object.keys(storeRecord(job))).not.toContain('backfill')
    expect(endBackfill(planned)).toEqual(job)
    expect(endBackfill(planned, 'b1')).toEqual(job)
    expect(endBackfill(planned, 'other')).toBe(planned)
    expect(endBackfill(job)).toBe(job)
  })

  it('takes ticks from before the definition, and remembers that they may have run', () => {
    const { planned, start } = plan({ from: new Date(START - 5 * HOUR), to: new Date(START) })
    expect(start.ticks).toBe(6)
    expect(knownFrom(planned)).toBe(START - 5 * HOUR)
    expect(knownFrom(endBackfill(planned))).toBe(START - 5 * HOUR)
  })
})

describe('the range of a backfill', () => {
  const ticks = (options: BackfillOptions): number => plan(options).start.ticks

  it('includes its first and its last instant', () => {
    expect(ticks({ from: START + HOUR, to: START + 2 * HOUR })).toBe(2)
    expect(ticks({ from: START + HOUR + 1, to: START + 2 * HOUR })).toBe(1)
    expect(ticks({ from: START + HOUR, to: START + 2 * HOUR - 1 })).toBe(1)
    expect(ticks({ from: START + HOUR, to: START + HOUR })).toBe(1)
  })

  it('ends now where no end is given, and not later', () => {
    expect(plan({ from: START }).planned.backfill).toMatchObject({ from: START, to: now })
    expect(ticks({ from: START, to: now })).toBe(11)
    expect(refusal({ from: START, to: now + 1 })).toHaveLength(4)
  })

  it('ends with the last tick of the schedule', () => {
    const once = { ...job, spec: { ...spec, schedule: { at: START + HOUR } } }
    expect(plan({ from: START }, once).start.ticks).toBe(1)
  })

  it('has 10,000 ticks at most', () => {
    const from = (count: number): number => START + 10 * HOUR - (count - 1) * HOUR
    expect(ticks({ from: from(10_000) })).toBe(10_000)
    expect(refusal({ from: from(10_001) })).toHaveLength(4)
  })

  it('is counted no further than to the first tick too many', () => {
    // Ten times a second since 1970: to count them all takes hours.
    const often = { ...job, spec: { ...spec, schedule: { every: 100, anchor: 0 } } }
    expect(refusal({ from: 0 }, often)).toHaveLength(4)
  })

  it.each<[string, unknown]>([
    ['an instant before 1970', -1],
    ['an instant of a fraction', 0.5],
    ['a far instant', 10_000_000_000_000],
    ['no number', Number.NaN],
    ['a text', '5'],
    ['nothing', undefined],
    ['an invalid date', new Date(Number.NaN)],
  ])('does not begin with %s', (_, from) => {
    expect(() => plan({ from: from as number })).toThrow(/expected from to be a Date or epoch milliseconds, got /)
    expect(() => plan({ from: START, to: from === undefined ? null : (from as number) } as never)).toThrow(
      /expected to to be a Date or epoch milliseconds, got /,
    )
  })

  it('may begin with the first instant of all', () => {
    const once = { ...job, spec: { ...spec, schedule: { at: START } } }
    expect(plan({ from: 0 }, once).planned.backfill).toMatchObject({ from: 0, after: -1 })
    // The last instant of all is accepted as such, and is refused since it is ahead.
    expect(() => plan({ from: 9_999_999_999_999 })).toThrow(/expected to to be at or after from/)
  })
})

describe('a refused backfill', () => {
  const context = { jobName: 'job' }
  const wrong = (message: string): unknown[] => [
    'INVALID_ARGUMENT',
    false,
    `Backfill of job 'job': ${message}`,
    context,
  ]

  it('tells the reason, and what to do', () => {
    expect(refusal(null as never)).toEqual(wrong('expected { from, to }, got null'))
    expect(refusal('monday' as never)).toEqual(wrong('expected { from, to }, got "monday"'))
    expect(refusal({ from: START, overlaps: 'allow' } as never)).toEqual(
      wrong("unknown option 'overlaps'. Did you mean 'overlap'?"),
    )
    expect(refusal({ from: START, until: 5 } as never)).toEqual(
      wrong("unknown option 'until'. Known are from, to, overlap"),
    )
    expect(refusal({ from: 'monday' as never })).toEqual(
      wrong('expected from to be a Date or epoch milliseconds, got "monday"'),
    )
    expect(refusal({ from: START, overlap: 'skip' as never })).toEqual(
      wrong("expected overlap to be 'queue' or 'allow', got \"skip\""),
    )
    expect(refusal({ from: START, to: now + 1 })).toEqual(
      wrong('expected to to be in the past, got 2026-01-01T10:30:00.001Z. The schedule runs ticks that are ahead'),
    )
    expect(refusal({ from: START + 1, to: START })).toEqual(
      wrong(
        'expected to to be at or after from, 2026-01-01T00:00:00.001Z, got 2026-01-01T00:00:00.000Z. Exchange from and to',
      ),
    )
    expect(refusal({ from: START + 1, to: START + 2 })).toEqual(
      wrong(
        'expected a tick from 2026-01-01T00:00:00.001Z to 2026-01-01T00:00:00.002Z, and the schedule has none. Widen the range',
      ),
    )
    expect(refusal({ from: 0 })).toEqual(
      wrong(
        'expected at most 10000 ticks from 1970-01-01T00:00:00.000Z to 2026-01-01T10:30:00.000Z. Backfill in parts',
      ),
    )
    expect(refusal({ from: START }, { ...job, spec: { ...spec, schedule: null } })).toEqual(
      wrong('expected a job with a schedule, and it has none. Only ticks of a schedule can be backfilled'),
    )
  })

  it('may come again once the one under way has ended', () => {
    expect(refusal({ from: START + HOUR }, plan({ from: START, to: START + HOUR }).planned)).toEqual([
      'BACKFILL_RUNNING',
      true,
      "Job 'job' has a backfill under way, from 2026-01-01T00:00:00.000Z to 2026-01-01T01:00:00.000Z. Wait for its end, or cancel it",
      context,
    ])
  })

  it('by a pruned history names the first instant that the history tells of', () => {
    const pruned = START + 5 * HOUR
    expect(refusal({ from: pruned }, job, pruned)).toEqual(
      wrong(
        'expected from to be after 2026-01-01T05:00:00.000Z, got 2026-01-01T05:00:00.000Z: the history before was pruned, and does not tell which ticks ran. Begin after 2026-01-01T05:00:00.000Z',
      ),
    )
    expect(plan({ from: pruned + 1 }, job, pruned).start.ticks).toBe(5)
    // Nothing of a job that did not exist can have been pruned.
    expect(plan({ from: START - 5 * HOUR, to: START - HOUR }, job, START - HOUR).start.ticks).toBe(5)
    expect(refusal({ from: pruned - HOUR }, { ...job, since: pruned }, pruned)).toEqual([])
    expect(refusal({ from: pruned - HOUR }, { ...job, since: pruned - 1 }, pruned)).toHaveLength(4)
  })
})

describe('the policy and the schedule of a backfill', () => {
  it('are those of the request, and those in force', () => {
    expect(plan({ from: START, overlap: 'allow' }).planned.backfill?.overlap).toBe('allow')
    const daily = { ...job, override: { against: job.hash, fields: { schedule: '@daily' } } }
    expect(plan({ from: START }, daily).start.ticks).toBe(1)
  })
})

describe('what a job is known to have run since', () => {
  const period = (since: number): PastPeriod => ({
    schedule: '@hourly',
    timezone: 'UTC',
    since,
    until: since + 1,
    lastTick: null,
  })

  it('is its first period, or an earlier backfill', () => {
    expect(knownFrom(job)).toBe(START)
    const older = { ...job, past: [period(START - 5), period(START - 3)] }
    expect(knownFrom(older)).toBe(START - 5)
    expect(knownFrom({ ...older, backfilledFrom: START - 9 })).toBe(START - 9)
    expect(knownFrom({ ...older, backfilledFrom: START - 4 })).toBe(START - 5)
  })

  it('is not known once a period may have been forgotten', () => {
    const past = Array.from({ length: PAST_PERIODS }, (_, index) => period(index))
    expect(knownFrom({ ...job, past })).toBe(-Infinity)
    expect(knownFrom({ ...job, past: past.slice(1) })).toBe(1)
  })

  it('goes back with a backfill before it, and stays with any other', () => {
    expect(plan({ from: START }).planned).not.toHaveProperty('backfilledFrom')
    expect(plan({ from: START - HOUR }).planned.backfilledFrom).toBe(START - HOUR)
    const once = plan({ from: START - 2 * HOUR }).planned
    expect(plan({ from: START - HOUR }, endBackfill(once)).planned.backfilledFrom).toBe(START - 2 * HOUR)
  })
})
