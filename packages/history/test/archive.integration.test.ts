import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createBucket } from '@s3sched-tooling/minio'
import { createManualClock } from '@s3sched/kernel/testing'
import { systemClock, type Clock } from '@s3sched/kernel'
import { openStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, inject, it } from 'vitest'
import { archiveSegments, createArchive, pruneArchive } from '../src/archive/index.ts'
import { createHistory, type RunHistory, type RunRecord } from '../src/index.ts'
import { flushPage, pageOutcome } from '../src/segments/index.ts'
import { aRun, collect, DAY, MINUTE, START } from './records.ts'

/** Two days of three jobs, one run each minute; one in a hundred failed. */
const RUNS: readonly RunRecord[] = ['a', 'b', 'c'].flatMap((job) =>
  Array.from({ length: 2880 }, (_, n) =>
    aRun({
      runId: `${job}-${n}`,
      job,
      scheduledTime: START + n * MINUTE,
      status: n % 100 === 0 ? 'failed' : 'success',
      ...(job === 'c' ? { result: { note: `${n}`.repeat(20) } } : {}),
    }),
  ),
)

/** @returns the runs that are left after the deletion of all days */
async function archivesAndReads(inner: ObjectStore): Promise<readonly RunRecord[]> {
  const { requests, reset, store } = createCountingStore(inner)
  for (let from = 0; from < RUNS.length; from += 120)
    await flushPage(store, { page: 'p', outcomes: RUNS.slice(from, from + 120).map(pageOutcome) })
  const newReader = (): RunHistory =>
    createHistory({ store, pages: { pages: () => [], pagesOf: () => ['p'] }, archive: createArchive({ store }) })
  const { runs: before } = await newReader().list({ job: 'b', limit: 1000 })

  expect(await archiveSegments({ store })).toMatchObject({ runs: RUNS.length, overtaken: 0 })
  expect((await newReader().list({ job: 'b', limit: 1000 })).runs).toEqual(before)

  // The store dates the receipts by its own clock: the segments stay as long as the store does not tell a later time.
  await archiveSegments({ store: later(store), clock: laterClock() })
  const keys = (await collect(store.list(''))).flatMap(({ objects }) => objects.map(({ key }) => key))
  expect(keys.filter((key) => key.startsWith('segments/') || key.startsWith('archived/'))).toEqual([])

  reset()
  expect((await newReader().list({ job: 'b', limit: 1000 })).runs).toEqual(before)
  expect(requests.get).toBeLessThanOrEqual(4)
  expect((await newReader().list({ job: 'c', limit: 1 })).runs).toEqual(RUNS.slice(-1))
  expect(await newReader().failures({ since: START + DAY, until: START + 2 * DAY })).toHaveLength(42)

  const report = await pruneArchive({ store: later(store), clock: laterClock() }, { maxAgeMs: MINUTE })
  expect(report.folders).toHaveLength(4)
  return (await newReader().list()).runs
}

function later(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async *list(prefix, options) {
      for await (const { objects } of store.list(prefix, options)) yield { objects }
    },
  }
}

function laterClock(): Clock {
  const manual = createManualClock(systemClock.now() + 400 * DAY)
  return { now: () => manual.now(), monotonic: () => systemClock.monotonic(), sleep: () => Promise.resolve() }
}

describe.skipIf(!inject('minio'))('on MinIO', () => {
  it('archives, reads by ranges and deletes whole days', async () => {
    const { connectionString } = await createBucket()
    const store = openStore(connectionString)
    expect(await archivesAndReads(store)).toEqual([])
    await store.close()
  })
})

it('does the same in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-archive-'))
  try {
    const store = openStore(pathToFileURL(folder).href)
    expect(await archivesAndReads(store)).toEqual([])
    await store.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
