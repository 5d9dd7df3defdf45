import type { RunHistory } from '@s3sched/history'
import { silentLogger } from '@s3sched/kernel'
import { beforeEach, expect, it } from 'vitest'
import {
  claim,
  createRecordsWorld,
  define,
  end,
  NOON,
  type OpenRecords,
  type RecordsWorld,
} from '../../test/open-records.ts'
import { pageKeyOf } from './job-pages.ts'
import { LiveOutcomes, outcomesIn, segmentPageOf } from './live-outcomes.ts'
import { createRunHistory } from './run-history.ts'

let world: RecordsWorld
let one: OpenRecords
let reader: OpenRecords

beforeEach(async () => {
  world = createRecordsWorld()
  one = world.open()
  reader = world.open()
  await Promise.all(['a', 'b'].map((name) => one.records.update(name, define())))
})

async function run({ records }: OpenRecords, job: string, runId: string): Promise<void> {
  const claimed = await records.update(job, claim(runId))
  await records.update(job, end(job, runId, claimed.record?.fence ?? 0))
}

const idsOf = (live: LiveOutcomes, jobs?: readonly string[]): string[] =>
  live.pages(jobs).flatMap(({ outcomes }) => outcomes.map(({ id }) => id))

it('shows the outcomes of runs as soon as the records count them, and costs one read of the page', async () => {
  const live = new LiveOutcomes(reader.records.pages)
  await run(one, 'a', 'a1')
  await live.refresh(['a'])
  expect(idsOf(live, ['a'])).toEqual(['a/a1.success'])
  reader.reset()
  await run(one, 'b', 'b1')
  await live.refresh(['a', 'b'])
  expect(idsOf(live, ['b'])).toEqual(['a/a1.success', 'b/b1.success'])
  expect(reader.requests).toMatchObject({ get: 1, list: 0 })
})

it('lists the pages before the first query of all jobs alone', async () => {
  const live = new LiveOutcomes(reader.records.pages)
  await run(one, 'a', 'a1')
  await live.refresh(undefined)
  expect(idsOf(live)).toEqual(['a/a1.success'])
  reader.reset()
  await run(one, 'b', 'b1')
  await live.refresh(undefined)
  expect(idsOf(live)).toEqual(['a/a1.success', 'b/b1.success'])
  expect(reader.requests).toMatchObject({ get: 1, list: 0 })
})

it('names the pages that a page was split from, since their segments hold older runs', async () => {
  const names = Array.from({ length: 600 }, (_, i) => `job-${i}`)
  await Promise.all(names.map((name) => one.records.update(name, define())))
  const live = new LiveOutcomes(reader.records.pages)
  await live.refresh(undefined)
  const page = reader.records.pages.pageOf('job-7')
  expect(page.length).toBeGreaterThan(0)
  const above = Array.from({ length: page.length + 1 }, (_, depth) => segmentPageOf(page.slice(0, depth)))
  expect(live.pagesOf(['job-7'])).toEqual(above)
  expect(above[0]).toBe('root')
  expect(live.pagesOf()).toContain(page)
})

it('shows the runs of its own process while their ends wait for other writes, each once', async () => {
  const { records } = one
  const live = new LiveOutcomes(records.pages, () => records.waitingOutcomes())
  await records.update('a', claim('a1'))
  const ending = records.update('a', end('a', 'a1', 1), undefined, 2000)
  expect(idsOf(live, ['a'])).toEqual(['a/a1.success'])
  await world.clock.advance(2000)
  await ending
  expect(idsOf(live, ['a'])).toEqual(['a/a1.success'])
})

it('leaves out what other programs have appended', async () => {
  await run(one, 'a', 'a1')
  await one.records.pages.change('a', (record) => ({
    do: 'write',
    record: record as NonNullable<typeof record>,
    entries: [{ id: 'note', text: '{"hello":"world"}' }],
  }))
  const view = one.records.pages.knownPage('')
  expect(view && outcomesIn(view).map(({ id }) => id)).toEqual(['a/a1.success'])
})

it('stops a query whose caller has gone', async () => {
  const live = new LiveOutcomes(reader.records.pages)
  await expect(live.refresh(['a'], { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
})

it('gives the history a run of the present page without a write of its own', async () => {
  const { records, store } = reader
  const history: RunHistory = createRunHistory({
    store,
    ledger: records.pages,
    clock: world.clock,
    logger: silentLogger,
  })
  await run(one, 'a', 'a1')
  expect((await history.list({ job: 'a' })).runs).toMatchObject([
    { runId: 'a1', status: 'success', scheduledTime: NOON },
  ])
})

it('names a page that can not be read, in the history of its jobs and of all', async () => {
  const names = Array.from({ length: 600 }, (_, i) => `job-${i}`)
  await Promise.all(names.map((name) => one.records.update(name, define())))
  const damaged = one.records.pages.pageOf('job-7')
  const other = names.find((name) => one.records.pages.pageOf(name) !== damaged) ?? ''
  await world.shared.put(pageKeyOf(damaged), new TextEncoder().encode('<html>'))
  const fresh = world.open()
  const history = createRunHistory({
    store: world.shared,
    clock: world.clock,
    logger: silentLogger,
    ledger: fresh.records.pages,
  })
  const problem = { key: pageKeyOf(damaged), problem: expect.stringMatching(/JSON.*; its runs are left out$/) }
  expect(await history.list()).toMatchObject({ runs: [], problems: [problem] })
  expect(await history.list({ job: 'job-7' })).toMatchObject({ problems: [problem] })
  expect(await history.list({ job: other })).not.toHaveProperty('problems')
})
