import { casesOf } from '@s3sched-tooling/vitest/share-of'
import { silentLogger } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { expect, it } from 'vitest'
import { createExecutor, type Action, type RunOutcome } from '../src/index.ts'
import { hang, untilAborted } from './rig.ts'

const TASKS = casesOf(10_000)

interface Kind {
  readonly make: (clock: ManualClock) => Action
  readonly expected: RunOutcome['status']
  readonly abandons?: true
}

/** The behaviours of real actions. */
const KINDS: readonly Kind[] = [
  { make: () => () => 'value', expected: 'success' },
  { make: (clock) => () => clock.sleep(300), expected: 'success' },
  {
    make: () => () => {
      throw new Error('no')
    },
    expected: 'failed',
  },
  { make: () => () => Promise.reject(new Error('no')), expected: 'failed' },
  {
    make:
      () =>
      async ({ attempt }) =>
        attempt < 3 ? Promise.reject(new Error('no')) : 'yes',
    expected: 'success',
  },
  { make: (clock) => () => clock.block(5), expected: 'success' },
  { make: () => untilAborted, expected: 'timeout' },
  { make: () => hang, expected: 'timeout', abandons: true },
  {
    make: (clock) => () => clock.sleep(60_000).then(() => Promise.reject(new Error('late'))),
    expected: 'timeout',
  },
  { make: () => () => 'x'.repeat(10_000), expected: 'success' },
]

it(`brings ${TASKS} tasks of every kind to their right end and leaves nothing behind`, async () => {
  const clock = createManualClock()
  const random = createSeededRandom(42)
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', onUnhandled)
  const executor = createExecutor({ clock, random, logger: silentLogger }, { maxConcurrent: 500 })
  const wrong: unknown[] = []
  const ended: RunOutcome['status'][] = []
  for (let n = 0; n < TASKS; n++) {
    const kind = KINDS[Math.floor(random.float() * KINDS.length)] ?? KINDS[0]
    if (kind === undefined) throw new Error('there are kinds')
    const task = { key: `job-${n}`, action: kind.make(clock) }
    void executor
      .run(task, { timeoutMs: 1000, retries: kind.expected === 'timeout' ? 0 : 2, backoff: [50], priority: n % 3 })
      .then((outcome) => {
        if (outcome.status !== kind.expected) wrong.push({ n, kind: KINDS.indexOf(kind), outcome })
        return ended.push(outcome.status)
      })
  }
  for (let turn = 0; turn < 400 && ended.length < TASKS; turn++) await clock.advance(500)
  await clock.advance(120_000)
  process.off('unhandledRejection', onUnhandled)

  expect(ended).toHaveLength(TASKS)
  expect(wrong).toEqual([])
  expect(unhandled).toEqual([])
  expect(executor.queued).toBe(0)
  expect(executor.running().every(({ abandoned }) => abandoned)).toBe(true)
  expect(clock.sleeping).toBe(0)
})

it('keeps nothing of a run that has ended', async () => {
  const clock = createManualClock()
  const executor = createExecutor({ clock, random: createSeededRandom(1) })
  const outcomes: WeakRef<RunOutcome>[] = []
  for (let n = 0; n < 200; n++) {
    const outcome = await executor.run(
      { key: `job-${n}`, action: () => ({ big: 'x'.repeat(1000) }) },
      { timeoutMs: 1000 },
    )
    outcomes.push(new WeakRef(outcome))
  }
  await clock.advance(1)
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const alive = outcomes.filter((outcome) => outcome.deref() !== undefined).length
  expect(alive).toBeLessThan(10)
})
