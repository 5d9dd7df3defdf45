import { createBucket } from '@s3sched-tooling/minio'
import { openStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, inject, it } from 'vitest'
import { createHistory, type History } from '../src/index.ts'
import { aRun, collect, DAY, MINUTE, START } from './records.ts'

describe.skipIf(!inject('minio'))('a history in a real bucket', () => {
  const open = async (): Promise<ReturnType<typeof createCountingStore> & { history: History }> => {
    const counting = createCountingStore(openStore((await createBucket()).connectionString))
    return { ...counting, history: createHistory(counting.store) }
  }

  it('holds its budgets of requests, and pages through more than one LIST can give', async () => {
    const { history, requests, reset } = await open()
    const runs = Array.from({ length: 1100 }, (_, n) =>
      aRun({ runId: `run-${n}`, scheduledTime: START + n * MINUTE, status: n % 100 === 0 ? 'failed' : 'success' }),
    )
    for (let from = 0; from < runs.length; from += 50) {
      await Promise.all(runs.slice(from, from + 50).map((run) => history.record(run)))
    }
    expect(requests).toMatchObject({ put: 1111, get: 0, list: 0 })

    reset()
    const newest = await history.list({ job: 'report' })
    expect(requests).toMatchObject({ list: 1, get: 50 })
    expect(newest.runs).toEqual(runs.slice(-50).toReversed())

    reset()
    expect(await history.timeline({ job: 'report' })).toHaveLength(1000)
    expect(requests).toMatchObject({ list: 2, get: 0 })

    reset()
    expect(await history.failures({ until: START + DAY / 2 })).toHaveLength(8)
    expect(requests).toMatchObject({ list: 1, get: 0 })

    expect((await collect(history.exportRuns())).map((line) => (JSON.parse(line) as { runId: string }).runId)).toEqual(
      runs.toReversed().map(({ runId }) => runId),
    )
    expect(await history.statistics('report')).toMatchObject({ total: 1100, counts: { failed: 11, success: 1089 } })
    const failed = await history.list({ status: 'failed', limit: 5 })
    expect(failed.runs.map(({ runId }) => runId)).toEqual(['run-1000', 'run-900', 'run-800', 'run-700', 'run-600'])
    expect(failed.cursor).toBeTypeOf('string')
  })

  it('prunes by the server’s clock: nothing that was just written goes, whatever its tick', async () => {
    const { history } = await open()
    await history.record(aRun({ scheduledTime: START - 1000 * DAY, status: 'failed' }))
    expect(await history.prune()).toEqual({ runs: 0, objects: 0, more: false })
    expect(await history.timeline()).toHaveLength(1)
  })

  it('shows late truth', async () => {
    const { history } = await open()
    await history.record(aRun({ status: 'lost', attempts: [], durationMs: 0 }))
    await history.record(aRun())
    expect((await history.list()).runs).toEqual([aRun({ wasLost: true })])
  })
})
