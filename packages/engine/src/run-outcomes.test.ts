import type { RunRecord } from '@s3sched/history'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore, listAll } from '@s3sched/store'
import { expect, it } from 'vitest'
import { OutcomeMaker } from './run-outcomes.ts'

const { signal } = new AbortController()
const ended = {
  runId: 'r',
  job: 'job',
  status: 'success',
  scheduledTime: 1000,
  startedAt: 1000,
  endedAt: 1010,
  durationMs: 10,
  attempts: [],
  trigger: 'schedule',
  workerId: 'w',
  result: 'short',
} as RunRecord

function setUp(keepsHistory: boolean) {
  const store = createMemoryStore()
  return { store, maker: new OutcomeMaker({ random: createSeededRandom(1), store }, keepsHistory) }
}

it('makes an outcome of its own for a verdict and for the real end of one run, without a request', async () => {
  const { maker, store } = setUp(true)
  expect(await maker.prepare(ended, signal)).toEqual([{ id: 'job/r.success', run: ended, text: JSON.stringify(ended) }])
  const lost: RunRecord = { ...ended, status: 'lost' }
  expect(maker.ofVerdict(lost)).toEqual([{ id: 'job/r.lost', run: lost, text: JSON.stringify(lost) }])
  expect(await listAll(store, '')).toEqual([])
})

it('writes a large result to an object of its own first', async () => {
  const { maker, store } = setUp(true)
  const [outcome] = (await maker.prepare({ ...ended, result: 'x'.repeat(10_000) }, signal)) ?? []
  expect(JSON.stringify(outcome).length).toBeLessThan(2000)
  const keys = (await listAll(store, '')).map(({ key }) => key)
  expect(keys).toEqual([expect.stringMatching(/^details\//)])
})

it('leaves no trace of runs without a history', async () => {
  const { maker, store } = setUp(false)
  expect(await maker.prepare({ ...ended, result: 'x'.repeat(10_000) }, signal)).toBeUndefined()
  expect(maker.ofVerdict(ended)).toBeUndefined()
  expect(await listAll(store, '')).toEqual([])
})
