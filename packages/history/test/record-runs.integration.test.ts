import { createBucket } from '@s3sched-tooling/minio'
import { openStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, inject, it } from 'vitest'
import { createHistory, recordRuns } from '../src/index.ts'
import { aRun, collect, DAY, MINUTE, START } from './records.ts'

describe.skipIf(!inject('minio'))('runs recorded into a real bucket', () => {
  const open = async () => {
    const counting = createCountingStore(openStore((await createBucket()).connectionString))
    return { ...counting, history: createHistory({ store: counting.store }) }
  }

  it('hold their budgets of requests, and come back whole', async () => {
    const { history, requests, reset, store } = await open()
    const runs = Array.from({ length: 1100 }, (_, n) =>
      aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, status: n % 100 === 0 ? 'failed' : 'success' }),
    )
    for (let from = 0; from < runs.length; from += 100) await recordRuns(store, runs.slice(from, from + 100))
    expect(requests).toMatchObject({ put: 22, get: 0, list: 0 })

    reset()
    const newest = await history.list({ job: 'report' })
    expect(newest.runs).toEqual(runs.slice(-50).toReversed())
    expect(requests).toMatchObject({ list: 1, get: 1 })

    expect(await history.failures({ until: START + DAY / 2 })).toHaveLength(8)
    expect((await collect(history.exportRuns())).map((line) => (JSON.parse(line) as { runId: string }).runId)).toEqual(
      runs.toReversed().map(({ runId }) => runId),
    )
    expect(await history.statistics('report')).toMatchObject({ total: 1100, counts: { failed: 11, success: 1089 } })
    const failed = await history.list({ status: 'failed', limit: 5 })
    expect(failed.runs.map(({ runId }) => runId)).toEqual(['run-1000', 'run-900', 'run-800', 'run-700', 'run-600'])
    expect(failed.cursor).toBeTypeOf('string')
  })

  it('are pruned by the server’s clock: nothing that was just written goes, whatever its tick', async () => {
    const { history, store } = await open()
    await recordRuns(store, [aRun({ scheduledTime: START - 1000 * DAY, status: 'failed' })])
    expect(await history.prune()).toEqual({ runs: 0, objects: 0, more: false })
    expect(await history.timeline()).toHaveLength(1)
  })

  it('show late truth', async () => {
    const { history, store } = await open()
    await recordRuns(store, [aRun({ status: 'lost', attempts: [], durationMs: 0 })])
    await recordRuns(store, [aRun()])
    expect((await history.list()).runs).toEqual([aRun({ wasLost: true })])
  })
})
