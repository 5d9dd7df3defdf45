import { SchedulerError } from '@s3sched/jobs'
import { S3SchedError, silentLogger } from '@s3sched/kernel'
import { beforeEach, expect, it } from 'vitest'
import type { Engine } from './engine.ts'
import { LazyEngine } from './lazy-engine.ts'

let made: { core: Engine; isClosed: boolean }[]
let warnings: string[]
let trouble: Error | undefined
let lazy: LazyEngine
/** Awaited by the next openings. */
let answer: Promise<void>

beforeEach(() => {
  made = []
  warnings = []
  trouble = undefined
  answer = Promise.resolve()
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  lazy = new LazyEngine(async (signal) => {
    await answer
    signal.throwIfAborted()
    if (trouble !== undefined) throw trouble
    const engine = { core: {} as Engine, isClosed: false }
    made.push(engine)
    return {
      core: engine.core,
      close: async () => {
        if (trouble !== undefined) throw trouble
        engine.isClosed = true
      },
    }
  }, logger)
})

it('is opened by the first use, and once', async () => {
  expect([lazy.core, lazy.opening]).toEqual([undefined, undefined])
  const [first, second] = await Promise.all([lazy.open(), lazy.open()])
  expect(made.map(({ core }) => core)).toEqual([first])
  expect(second).toBe(first)
  expect(lazy.core).toBe(first)
})

it('is opened again after a failure', async () => {
  trouble = new S3SchedError('no answer', { code: 'STORE' })
  await expect(lazy.open()).rejects.toMatchObject({ code: 'STORE', cause: trouble })
  expect(lazy.opening).toBeUndefined()
  trouble = undefined
  expect(await lazy.open()).toBe(made[0]?.core)
})

it('shows its last engine after a close, and the next use opens another', async () => {
  const first = await lazy.open()
  const { opening } = lazy
  await lazy.close(opening)
  expect(lazy.core).toBe(first)
  await lazy.open()
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false])
  // A stop whose store answered late closes its own store alone.
  await lazy.close(opening)
  expect(lazy.opening).toBeDefined()
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, false])
})

it('keeps its engine when an opening that a stop has left succeeds late', async () => {
  let answerLate = (): void => {}
  answer = new Promise((resolve) => (answerLate = resolve))
  const left = lazy.open()
  const closed = lazy.close(lazy.opening)
  answer = Promise.resolve()
  const present = await lazy.open()
  answerLate()
  await closed
  expect(lazy.core).toBe(present)
  expect(await left).not.toBe(present)
  expect(made.map(({ core, isClosed }) => [core === present, isClosed])).toEqual([
    [true, false],
    [false, true],
  ])
})

it('ends the wait for a store that does not answer, with the reason of the stop', async () => {
  const open = lazy.open()
  const { opening } = lazy
  const reason = new SchedulerError('stopped', { code: 'STOPPED' })
  opening?.giveUp.abort(reason)
  await expect(open).rejects.toBe(reason)
  await lazy.close(opening)
  expect(warnings).toEqual([])
})

it('logs the failure of a close', async () => {
  await lazy.open()
  trouble = new Error('no answer')
  await lazy.close(lazy.opening)
  expect(warnings).toEqual(['the store could not be closed'])
  expect(lazy.opening).toBeUndefined()
})
