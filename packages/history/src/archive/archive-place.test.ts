import { createHash } from 'node:crypto'
import type { ObjectStore } from '@s3sched/store'
import { describe, expect, it } from 'vitest'
import { createArchiveWorld, type ArchiveWorld } from '../../test/archive-world.ts'
import { aRun, DAY, MINUTE, START } from '../../test/records.ts'
import { createHistory } from '../history.ts'
import type { RunRecord } from '../run-record.ts'
import { resolveFilter, type RunFilter } from '../run-query.ts'
import { createArchive } from './index.ts'

const JOBS = 20

/** Each minute of some days a run of each busy job, and each day one of the job `rare`. */
function fleet(days: number): RunRecord[] {
  const runs: RunRecord[] = []
  for (let day = 0; day < days; day += 1) {
    for (let minute = 0; minute < 1440; minute += 6)
      for (let job = 0; job < JOBS; job += 1)
        runs.push(
          aRun({
            runId: `${day}-${minute}-${job}`,
            job: `job-${String(job).padStart(2, '0')}`,
            scheduledTime: START + day * DAY + minute * MINUTE,
            ...((minute / 6 + job) % 97 === 5 ? { status: 'failed', error: { name: 'E', message: 'm' } } : {}),
          }),
        )
    runs.push(aRun({ runId: `rare-${day}`, job: 'rare', scheduledTime: START + day * DAY + 600 * MINUTE }))
  }
  return runs
}

const newestFirst = (runs: readonly RunRecord[]): RunRecord[] =>
  runs.toSorted(
    (a, b) =>
      b.scheduledTime - a.scheduledTime || (a.job < b.job ? -1 : a.job > b.job ? 1 : a.runId < b.runId ? -1 : 1),
  )

async function archived(days: number): Promise<{ readonly world: ArchiveWorld; readonly runs: readonly RunRecord[] }> {
  const world = createArchiveWorld(START + days * DAY + 60 * MINUTE)
  const runs = fleet(days)
  await world.segments(runs)
  await world.archive()
  await world.clock.advance(11 * MINUTE)
  await world.archive()
  world.reset()
  return { world, runs: newestFirst(runs) }
}

const { runs, world } = await archived(4)

describe('requests, with empty caches', () => {
  it('for the last 50 runs of a busy job are 2 LIST and the files of two days', async () => {
    world.reset()
    const { runs: shown } = await world.newReader().list({ job: 'job-07' })
    expect(shown).toEqual(runs.filter(({ job }) => job === 'job-07').slice(0, 50))
    expect(world.requests).toMatchObject({ list: 2, put: 0 })
    expect(world.requests.get).toBeLessThanOrEqual(3)
  })

  it('for runs of all days of the last month list no days before', async () => {
    world.reset()
    // Of the oldest day, some runs are not wanted.
    const { runs: shown } = await world.newReader().list({ job: 'job-07', limit: 730 })
    expect(shown).toEqual(runs.filter(({ job }) => job === 'job-07').slice(0, 730))
    expect(world.requests.list).toBe(2)
  })

  it('for the failures of a day leave the successes alone', async () => {
    world.reset()
    const [since, until] = [START + DAY, START + 2 * DAY]
    const shown = await world.newReader().failures({ since, until })
    const expected = runs.filter(
      (run) => run.status === 'failed' && run.scheduledTime >= since && run.scheduledTime < until,
    )
    expect(shown.map(({ runId }) => runId)).toEqual(expected.map(({ runId }) => runId))
    expect(world.requests).toMatchObject({ list: 2, get: 1 })
  })

  it('for a job without runs are the 2 LIST, nearly always', async () => {
    world.reset()
    expect((await world.newReader().list({ job: 'job-that-never-ran' })).runs).toEqual([])
    expect(world.requests.get).toBeLessThanOrEqual(2)
  })

  it('are a LIST of the segments, and no file, when the same reader asks again within a minute', async () => {
    const reader = world.newReader()
    await reader.list({ job: 'job-07' })
    world.reset()
    await reader.list({ job: 'job-07' })
    expect(world.requests.list).toBe(1)
    // With its few failures, the job may look like a rare job, whose copy is read.
    expect(world.requests.get).toBeLessThanOrEqual(1)
  })
})

it('shows all runs of all jobs, page by page', async () => {
  const shown: RunRecord[] = []
  for (let cursor: string | undefined; ;) {
    const page = await world.reader.list({ limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    shown.push(...page.runs)
    cursor = page.cursor
    if (cursor === undefined) break
  }
  expect(shown).toEqual(runs)
})

const QUERIES: readonly (readonly [string, RunFilter])[] = [
  ['a period', { since: START + DAY / 2, until: START + 1.5 * DAY, job: ['job-03', 'rare'] }],
  ['a status', { status: 'failed', job: 'job-03' }],
  ['a period without runs', { since: START + 20 * DAY }],
]

it.each(QUERIES)('answers for %s as a filter over all runs does', async (_, query) => {
  const { runs: shown } = await world.newReader().list({ limit: 1000, ...query })
  const { jobs, since, statuses, until } = resolveFilter(query)
  const expected = runs.filter(
    ({ job, scheduledTime, status }) =>
      (jobs?.includes(job) ?? true) &&
      (statuses?.has(status) ?? true) &&
      scheduledTime >= since &&
      scheduledTime < until,
  )
  expect(shown).toEqual(expected.slice(0, 1000))
})

it('finds runs that are years old', async () => {
  const old = createArchiveWorld(START + 60 * MINUTE)
  await old.segments([aRun({ runId: 'old', scheduledTime: START - 1000 * DAY })])
  await old.archive()
  await old.clock.advance(11 * MINUTE)
  await old.archive()
  expect((await old.reader.list({ job: 'report' })).runs).toHaveLength(1)
})

it('asks a settled day for no late end of a verdict', async () => {
  const own = createArchiveWorld(START + DAY + 60 * MINUTE)
  await own.segments([
    aRun({ runId: 'lost', status: 'lost', attempts: [] }),
    ...Array.from({ length: 300 }, (_, n) => aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE })),
  ])
  await own.archive()
  await own.clock.advance(11 * MINUTE)
  await own.archive()
  own.reset()
  expect(await own.reader.failures()).toHaveLength(1)
  expect(own.requests).toMatchObject({ list: 3, get: 1 })
})

it('looks again when a set was merged between the LIST and the read', async () => {
  const own = createArchiveWorld(START + DAY + 60 * MINUTE)
  await own.segments([aRun({ runId: 'a' })])
  await own.archive()
  await own.segments([aRun({ runId: 'b', scheduledTime: START + 1 })])
  await own.clock.advance(DAY)
  const listing = own.newReader().list()
  await own.archive()
  expect((await listing).runs.map(({ runId }) => runId)).toEqual(['b', 'a'])
})

it('reads the footer and the runs of a rare job by one request, from a file that is too large to be read at once', async () => {
  const own = createArchiveWorld(START + DAY + 60 * MINUTE)
  // Ids of runs leave nothing to the codec.
  const id = (n: number): string => createHash('sha256').update(String(n)).digest('base64url').slice(0, 22)
  const busy = Array.from({ length: 20_000 }, (_, n) =>
    aRun({ runId: id(n), job: `job-${n % 5}`, scheduledTime: START + n * 4000, reason: `${id(-n)}${id(n)}` }),
  )
  const rare = [1, 2, 3].map((n) => aRun({ runId: `rare-${n}`, job: 'a-rare-job', scheduledTime: START + n * MINUTE }))
  await own.segments([...busy, ...rare])
  await own.archive()
  await own.clock.advance(11 * MINUTE)
  await own.archive()
  own.reset()
  expect((await own.newReader().list({ job: 'a-rare-job', limit: 3 })).runs).toEqual(rare.toReversed())
  expect(own.requests).toMatchObject({ get: 1 })
  own.reset()
  const { runs: shown } = await own.newReader().list({ job: 'job-2', limit: 50 })
  expect(shown).toEqual(newestFirst(busy.filter(({ job }) => job === 'job-2')).slice(0, 50))
  expect(own.requests).toMatchObject({ get: 2 })
})

it('reads from a store whose bodies are views of larger buffers', async () => {
  const own = createArchiveWorld(START + DAY + 60 * MINUTE)
  await own.segments([aRun()])
  await own.archive()
  await own.clock.advance(11 * MINUTE)
  await own.archive()
  const store: ObjectStore = {
    ...own.store,
    async get(key, options) {
      const got = await own.store.get(key, options)
      if (got.outcome !== 'found') return got
      return { ...got, body: Buffer.concat([Buffer.alloc(100), got.body]).subarray(100) }
    },
  }
  const { clock } = own
  const history = createHistory({ store, clock, archive: createArchive({ store, clock }) })
  expect((await history.list()).runs).toEqual([aRun()])
})

it('looks at the archive again when a file of its listing was replaced meanwhile', async () => {
  const own = createArchiveWorld(START + 60 * MINUTE)
  const { clock, store } = own
  const archive = createArchive({ store, clock }, { cacheBytes: 0 })
  const reader = createHistory({ store, clock, archive }, { cacheBytes: 0 })
  const shown = async (): Promise<string[]> => (await reader.list()).runs.map(({ runId }) => runId)
  await own.segments([aRun({ runId: 'one' })])
  await own.archive({ minSegments: 1 })
  await own.clock.advance(11 * MINUTE)
  await own.archive()
  expect(await shown()).toEqual(['one'])
  await own.segments([aRun({ runId: 'two', scheduledTime: START + 1 })])
  const { receipts } = await own.archive({ minSegments: 1 })
  expect(receipts.flatMap(({ files }) => files)).toHaveLength(1)
  expect(await shown()).toEqual(['two', 'one'])
})
