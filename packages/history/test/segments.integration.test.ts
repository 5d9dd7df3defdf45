import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createBucket } from '@s3sched-tooling/minio'
import { createManualClock } from '@s3sched/kernel/testing'
import { openStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, inject, it } from 'vitest'
import { createHistory, type PruneReport, type RunRecord } from '../src/index.ts'
import { aRun, collect, DAY, MINUTE, START } from './records.ts'
import { createPages } from './segment-rig.ts'

/** 2,500 runs of one job, one a minute: one in a hundred failed, one in five hundred was thought lost, one is large. */
const RUNS: readonly RunRecord[] = Array.from({ length: 2500 }, (_, n) =>
  aRun({
    runId: `run-${n}`,
    scheduledTime: START + n * MINUTE,
    endedAt: START + n * MINUTE + 40,
    status: n % 100 === 0 ? 'failed' : 'success',
    ...(n === 7 ? { result: 'x'.repeat(50_000) } : {}),
  }),
)

async function readsAndWrites(inner: ObjectStore): Promise<void> {
  const { requests, reset, store } = createCountingStore(inner)
  const pages = createPages(store)
  for (const [n, run] of RUNS.entries()) {
    if (n % 500 === 250) await pages.record({ ...run, status: 'lost', attempts: [], durationMs: 0 })
    await pages.record(run)
    await pages.flushDue(run.endedAt, { crash: n % 3 === 0 })
  }
  const reader = createHistory({ store, pages: pages.live })

  reset()
  const newest = await reader.list({ job: 'report' })
  expect(newest.runs).toEqual(RUNS.slice(-50).toReversed())
  expect(requests.list + requests.get).toBeLessThanOrEqual(5)

  const lines = await collect(reader.exportRuns())
  expect(lines.map((line) => (JSON.parse(line) as RunRecord).runId)).toEqual(
    RUNS.toReversed().map(({ runId }) => runId),
  )
  expect(await reader.get('report', 'run-7', START + 7 * MINUTE)).toEqual(RUNS[7])
  expect(await reader.failures({ until: START + DAY })).toHaveLength(15)
  expect(await reader.statistics('report')).toMatchObject({ total: 2500, counts: { failed: 25, lost: 0 } })

  await pages.flush()
}

const later = createManualClock(START + 3650 * DAY)
const prune = (store: ObjectStore): Promise<PruneReport> =>
  createHistory({ store, clock: later, pages: { pages: () => [] } }).prune()

describe('segments', () => {
  it('in a folder give back what was written, and go by their age', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-segments-'))
    const store = openStore(pathToFileURL(folder).href)
    try {
      await readsAndWrites(store)
      // A folder has the clock of its process.
      const old = openStore(pathToFileURL(folder).href, { clock: later })
      expect(await prune(old)).toMatchObject({ more: false })
      await old.close()
      expect(await collect(store.list('segments/'))).toMatchObject([{ objects: [] }])
      expect(await collect(store.list('details/'))).toMatchObject([{ objects: [] }])
    } finally {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it.skipIf(!inject('minio'))('in a real bucket give back what was written, and go by the server’s clock', async () => {
    const store = openStore((await createBucket()).connectionString)
    await readsAndWrites(store)
    expect(await prune(store)).toEqual({ runs: 0, objects: 0, more: false })
    await store.close()
  })
})
