import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { createHistory, recordRuns, type RunRecord } from '../src/index.ts'
import { aRun, DAY, START } from './records.ts'

const SEEDS = casesOf(20)

it.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
  'what recordRuns() said is kept is there once, on a network that loses and delays: seed %i',
  async (seed) => {
    const clock = createManualClock(START)
    const random = createSeededRandom(seed)
    const inner = createMemoryStore({ clock })
    const faults = { lostRequest: 0.2, lostResponse: 0.2, maxLatencyMs: 300, maxNoticeMs: 500 }
    const { store } = createFaultyStore(inner, { clock, random, ...faults })
    const batches = Array.from({ length: 20 }, (_, batch) =>
      Array.from({ length: 4 }, (__, n) =>
        aRun({
          runId: `run-${batch * 4 + n}`,
          scheduledTime: START + batch,
          status: n === 0 ? 'failed' : 'success',
          ...(n === 1 ? { result: 'x'.repeat(3000) } : {}),
        }),
      ),
    )
    const kept: RunRecord[] = []
    const recording = batches.map(async (runs) => {
      for (let tries = 0; tries < 20; tries++) {
        const isKept = await recordRuns(store, runs).then(
          () => true,
          () => false, // not stored, or not known to be stored
        )
        if (isKept) return kept.push(...runs)
      }
      return undefined
    })
    await clock.advance(60_000)
    await Promise.all(recording)
    expect(kept.length).toBeGreaterThan(70)

    const history = createHistory({ store: inner, clock })
    const { runs } = await history.list({ limit: 1000 })
    const ids = runs.map(({ runId }) => runId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(runs).toEqual(expect.arrayContaining(kept))
    const failed = kept.filter(({ status }) => status === 'failed').map(({ runId }) => runId)
    expect((await history.failures()).map(({ runId }) => runId)).toEqual(expect.arrayContaining(failed))

    await clock.advance(100 * DAY)
    await history.prune()
    expect(await history.timeline()).toEqual([])
    const left = []
    for await (const { objects } of inner.list('')) left.push(...objects.map(({ key }) => key))
    expect(left).toEqual(['pruned.json'])
  },
)
