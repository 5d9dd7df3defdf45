import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import type { History, RunRecord } from '@s3sched/history'
import { StoreError } from '@s3sched/store'
import { expect, it } from 'vitest'
import { RunRecorder } from './run-recorder.ts'

interface Writing {
  readonly runId: string
  readonly land: () => void
  readonly fail: () => void
}

const MINUTE = 60_000

/** A recorder; the test decides when its writes end. */
function recorderOf() {
  const clock = createManualClock()
  const writing: Writing[] = []
  const record = (run: RunRecord): Promise<void> =>
    new Promise((resolve, reject) => {
      const trouble = new StoreError('reset', { code: 'NETWORK', retriable: true })
      writing.push({ runId: run.runId, land: resolve, fail: () => reject(trouble) })
    })
  const history = { record } as unknown as History
  const recorder = new RunRecorder({ history, clock, random: createSeededRandom(1), logger: silentLogger })
  return { clock, recorder, writing }
}

const runOf = (runId: string): RunRecord => ({ runId, job: 'job', status: 'success' }) as RunRecord
const { signal } = new AbortController()

it('says when what is on its way is written, whatever comes after', async () => {
  const { clock, recorder, writing } = recorderOf()
  void recorder.recordEnded(runOf('a'), signal)
  let isWritten = false
  void recorder.written().then(() => (isWritten = true))
  void recorder.recordEnded(runOf('b'), signal)
  await clock.advance(0)
  expect(isWritten).toBe(false)
  writing[0]?.land()
  await clock.advance(0)
  expect(isWritten).toBe(true)
  expect(recorder.pending).toBe(1)
})

it('lets others write while a record that failed waits for its next try', async () => {
  const { clock, recorder, writing } = recorderOf()
  const all = Array.from({ length: 65 }, (_, index) => recorder.recordEnded(runOf(`run-${index}`), signal))
  await clock.advance(MINUTE)
  expect(writing).toHaveLength(64)
  for (const { fail } of writing.splice(0)) fail()
  await clock.advance(0)
  expect(writing.map(({ runId }) => runId)).toEqual(['run-64'])
  await clock.advance(MINUTE)
  expect(writing).toHaveLength(64)
  writing.splice(0).forEach(({ land }) => land())
  await clock.advance(MINUTE)
  writing.splice(0).forEach(({ land }) => land())
  expect(await Promise.all(all)).toEqual(all.map(() => true))
})

it('writes at once what a claim waits for, however many records queue', async () => {
  const { clock, recorder, writing } = recorderOf()
  recorder.noteClaims({}, true)
  for (let index = 0; index < 100; index++) void recorder.recordEnded(runOf(`run-${index}`), signal)
  void recorder.record(runOf('verdict'), signal)
  await clock.advance(MINUTE)
  expect(writing).toHaveLength(8 + 1)
  expect(writing.map(({ runId }) => runId)).toContain('verdict')
})
