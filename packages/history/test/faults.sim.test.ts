import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createFaultyStore, createMemoryStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { createHistory, type RunRecord } from '../src/index.ts'
import { aRun, DAY, START } from './records.ts'

const SEEDS = Number(process.env['S3SCHED_SIM_SEEDS'] ?? 20)

it.each(Array.from({ length: SEEDS }, (_, n) => n + 1))(
  'what record() said is kept is there once, with its mark, on a network that loses and delays: seed %i',
  async (seed) => {
    const clock = createManualClock(START)
    const random = createSeededRandom(seed)
    const inner = createMemoryStore({ clock })
    const { store } = createFaultyStore(inner, {
      clock,
      random,
      lostRequest: 0.2,
      lostResponse: 0.2,
      maxLatencyMs: 300,
      maxNoticeMs: 500,
    })
    const history = createHistory(store, { clock, random })
    const runs = Array.from({ length: 40 }, (_, n) =>
      aRun({ runId: `run-${n}`, scheduledTime: START + n, status: n % 3 === 0 ? 'failed' : 'success' }),
    )
    const kept: RunRecord[] = []
    const recording = runs.map(async (run) => {
      await history.record(run, { timeoutMs: 8000 }).then(
        () => kept.push(run),
        () => undefined, // not stored, or not known to be stored: the caller was told
      )
    })
    await clock.advance(20_000)
    await Promise.all(recording)
    expect(kept.length).toBeGreaterThan(30)
    expect(clock.sleeping).toBe(0)

    const clean = createHistory(inner, { clock })
    const ids = (await clean.timeline({ job: 'report' })).map(({ runId }) => runId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(kept.map(({ runId }) => runId)))
    const { runs: failed } = await clean.list({ status: 'failed', limit: 100 })
    const marks = new Set((await clean.failures()).map(({ runId }) => runId))
    expect(ids.filter((id) => Number(id.slice(4)) % 3 === 0).every((id) => marks.has(id))).toBe(true)
    expect(failed.map(({ runId }) => runId)).toEqual(ids.filter((id) => Number(id.slice(4)) % 3 === 0))

    await clock.advance(100 * DAY)
    await clean.prune()
    expect(await clean.timeline()).toEqual([])
    expect(await clean.failures()).toEqual([])
  },
)
