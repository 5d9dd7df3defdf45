import { RUN_STATUSES, type RunHistory, type TimelineEntry, type TimelineQuery } from '@s3sched/history'
import type { JobView } from '@s3sched/operator'
import { beforeEach, describe, expect, it } from 'vitest'
import { TimelineCache } from './timeline-cache.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 8)
const WEEK = { since: NOW - 168 * HOUR, now: NOW }

let entries: TimelineEntry[]
let queries: TimelineQuery[]
let cache: TimelineCache

const entry = (job: string, scheduledTime: number, status: TimelineEntry['status'] = 'success'): TimelineEntry => ({
  job,
  runId: `${job}-${scheduledTime}`,
  scheduledTime,
  status,
  durationMs: 1,
  attempts: 1,
})

/** A job whose record shows its last run. */
const jobOf = (name: string, running: readonly number[] = []): JobView => {
  const own = entries.filter(({ job }) => job === name)
  const [last] = own
  const countOf = (status: TimelineEntry['status']): number => own.filter((each) => each.status === status).length
  const counts = Object.fromEntries(RUN_STATUSES.map((status) => [status, countOf(status)]))
  return {
    name,
    fence: 1,
    lastTick: last?.scheduledTime ?? null,
    lastRun: last === undefined ? null : { runId: last.runId, status: last.status },
    running: running.map((scheduledTime) => ({ runId: `r${scheduledTime}`, scheduledTime })),
    statistics: { total: own.length, counts, ...(last === undefined ? {} : { lastRun: last }) },
  } as unknown as JobView
}

beforeEach(() => {
  // The newest first: a run each hour for a week.
  entries = Array.from({ length: 168 }, (_, n) => entry('a', NOW - (n + 1) * HOUR))
  queries = []
  const timeline: RunHistory['timeline'] = async (query = {}) => {
    queries.push(query)
    const wanted = [query.job ?? []].flat()
    const since = Number(query.since)
    return entries
      .filter(({ job, scheduledTime }) => wanted.includes(job) && scheduledTime >= since)
      .slice(0, query.limit)
  }
  cache = new TimelineCache({ timeline } as RunHistory)
})

const ticks = async (job: JobView, period: typeof WEEK = WEEK): Promise<number[]> =>
  ((await cache.runsOfAll([job], period)).runs[0] ?? []).map(({ scheduledTime }) => scheduledTime)

describe('a week of runs', () => {
  it('is read once, and after a new run for the last hours alone', async () => {
    expect(await ticks(jobOf('a'))).toHaveLength(168)
    expect(await ticks(jobOf('a'))).toHaveLength(168)
    expect(queries).toHaveLength(1)
    entries = [entry('a', NOW), entry('a', NOW - 1), ...entries]
    const later = { since: WEEK.since, now: NOW + 1000 }
    expect(await ticks(jobOf('a'), later)).toEqual(entries.map(({ scheduledTime }) => scheduledTime))
    expect(queries).toHaveLength(2)
    expect(Number(queries[1]?.since)).toBeGreaterThanOrEqual(NOW - 2 * HOUR)
  })

  it('takes one new run from the record of its job, without a request, as long as the page is open', async () => {
    await ticks(jobOf('a'))
    queries = []
    for (let minute = 1; minute <= 180; minute += 1) {
      const now = NOW + minute * 60_000
      const period = { since: WEEK.since + minute * 60_000, now }
      // A claim alone, and then the end of the run.
      await ticks(jobOf('a', [now]), period)
      entries = [entry('a', now, minute % 9 === 0 ? 'failed' : 'success'), ...entries]
      const { runs } = await cache.runsOfAll([jobOf('a')], period)
      const expected = entries.filter(({ scheduledTime }) => scheduledTime >= period.since)
      expect(runs[0]?.map(({ runId, status }) => [runId, status])).toEqual(
        expected.map(({ runId, status }) => [runId, status]),
      )
    }
    expect(queries).toEqual([])
  })

  it('is read again for several new runs, for the end of an older one, and for a lost run that ended after all', async () => {
    await ticks(jobOf('a'))
    const expectRead = async (): Promise<void> => {
      queries = []
      expect(await ticks(jobOf('a'), { since: WEEK.since, now: NOW + 60_000 })).toEqual(
        entries.map(({ scheduledTime }) => scheduledTime),
      )
      expect(queries).toHaveLength(1)
    }
    entries = [entry('a', NOW + 2), entry('a', NOW + 1), ...entries]
    await expectRead()
    entries = [...entries.slice(0, 2), entry('a', NOW), ...entries.slice(2)]
    await expectRead()
    entries = [entry('a', NOW + 3, 'lost'), ...entries]
    await ticks(jobOf('a'), { since: WEEK.since, now: NOW + 60_000 })
    entries = [entry('a', NOW + 3), ...entries.slice(1)]
    await expectRead()
    const { runs } = await cache.runsOfAll([jobOf('a')], WEEK)
    expect(runs[0]?.[0]?.status).toBe('success')
  })

  it('has the end of a long run at the place of its tick', async () => {
    const tick = NOW - 30.5 * HOUR
    await ticks(jobOf('a', [tick]))
    entries = [...entries, entry('a', tick)].toSorted((one, other) => other.scheduledTime - one.scheduledTime)
    expect(await ticks(jobOf('a'))).toEqual(entries.map(({ scheduledTime }) => scheduledTime))
  })

  it('is read for a job that ran long ago without the busy jobs', async () => {
    entries = [...entries, entry('daily', NOW - 24 * HOUR)]
    await cache.runsOfAll([jobOf('a'), jobOf('daily')], WEEK)
    entries = ['daily', 'a'].flatMap((job) => [entry(job, NOW), entry(job, NOW - 1)]).concat(entries)
    queries = []
    await cache.runsOfAll([jobOf('a'), jobOf('daily')], { since: WEEK.since, now: NOW + 1000 })
    expect(queries.map(({ job }) => job)).toEqual([['a'], ['daily']])
  })

  it('names what the reads left out, as long as the runs are kept', async () => {
    const problem = { key: 'history/x', problem: 'it was cut off' }
    const timeline: RunHistory['timeline'] = async ({ onProblem, since } = {}) => {
      if (Number(since) === WEEK.since) onProblem?.(problem)
      return entries
    }
    cache = new TimelineCache({ timeline } as RunHistory)
    expect((await cache.runsOfAll([jobOf('a')], WEEK)).problems).toEqual([problem])
    for (const more of [1, 2]) {
      entries = [...Array.from({ length: more }, (_, n) => entry('a', NOW + more * 10 - n)), ...entries]
      expect((await cache.runsOfAll([jobOf('a')], { since: WEEK.since, now: NOW + 1000 })).problems).toEqual([problem])
    }
  })

  it('says from when on it is whole, where there are too many runs', async () => {
    entries = Array.from({ length: 120_000 }, (_, n) => entry('a', NOW - (n + 1) * 1000))
    const { cutAt, runs } = await cache.runsOfAll([jobOf('a')], WEEK)
    expect(runs[0]).toHaveLength(100_000)
    expect(cutAt).toBe(NOW - 100_000_000)
    entries = [entry('a', NOW + 1), entry('a', NOW), ...entries]
    const next = await cache.runsOfAll([jobOf('a')], { since: WEEK.since, now: NOW + 1000 })
    expect(next.cutAt).toBe(cutAt)
    expect(next.runs[0]).toHaveLength(100_002)
    expect(Number(queries.at(-1)?.since)).toBeGreaterThanOrEqual(NOW - 2 * HOUR)
  })
})
