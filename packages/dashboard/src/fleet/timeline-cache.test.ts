import type { RunHistory, TimelineEntry, TimelineQuery } from '@s3sched/history'
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
  const last = entries.find(({ job }) => job === name)
  const total = entries.filter(({ job, status }) => job === name && status !== 'lost').length
  return {
    name,
    fence: 1,
    lastTick: last?.scheduledTime ?? null,
    lastRun: last === undefined ? null : { runId: last.runId, status: last.status },
    running: running.map((scheduledTime) => ({ runId: `r${scheduledTime}`, scheduledTime })),
    statistics: { total },
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
    entries = [entry('a', NOW), ...entries]
    const later = { since: WEEK.since, now: NOW + 1000 }
    expect(await ticks(jobOf('a'), later)).toEqual(entries.map(({ scheduledTime }) => scheduledTime))
    expect(queries).toHaveLength(2)
    expect(Number(queries[1]?.since)).toBeGreaterThanOrEqual(NOW - 2 * HOUR)
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
    const before = [jobOf('a'), jobOf('daily')]
    entries = [entry('daily', NOW), entry('a', NOW), ...entries]
    queries = []
    await cache.runsOfAll([jobOf('a'), jobOf('daily')], { since: WEEK.since, now: NOW + 1000 })
    expect(before).toHaveLength(2)
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
    entries = [entry('a', NOW), ...entries]
    expect((await cache.runsOfAll([jobOf('a')], { since: WEEK.since, now: NOW + 1000 })).problems).toEqual([problem])
  })

  it('says from when on it is whole, where there are too many runs', async () => {
    entries = Array.from({ length: 120_000 }, (_, n) => entry('a', NOW - (n + 1) * 1000))
    const { cutAt, runs } = await cache.runsOfAll([jobOf('a')], WEEK)
    expect(runs[0]).toHaveLength(100_000)
    expect(cutAt).toBe(NOW - 100_000_000)
    entries = [entry('a', NOW), ...entries]
    const next = await cache.runsOfAll([jobOf('a')], { since: WEEK.since, now: NOW + 1000 })
    expect(next.cutAt).toBe(cutAt)
    expect(next.runs[0]).toHaveLength(100_001)
    expect(Number(queries.at(-1)?.since)).toBeGreaterThanOrEqual(NOW - 2 * HOUR)
  })
})
