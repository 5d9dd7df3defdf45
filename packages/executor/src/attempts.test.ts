import { S3SchedError } from '@s3sched/kernel'
import { settle } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createRig, hang, untilAborted } from '../test/rig.ts'
import { NonRetriableError, type AttemptRecord, type RunPolicy } from './index.ts'

const failing = (): never => {
  throw new Error('no luck')
}

describe('a run', () => {
  it('that succeeds says what it returned, when it ran and how long it took', async () => {
    const { clock, executor } = createRig()
    const running = executor.run({
      key: 'report',
      runId: 'r1',
      action: () => clock.sleep(40).then(() => ({ rows: 3 })),
    })
    await clock.advance(40)
    const startedAt = Date.UTC(2026, 0, 1)
    expect(await running).toEqual({
      status: 'success',
      runId: 'r1',
      key: 'report',
      result: { rows: 3 },
      returned: { rows: 3 },
      startedAt,
      endedAt: startedAt + 40,
      durationMs: 40,
      queuedMs: 0,
      attempts: [{ attempt: 1, startedAt, durationMs: 40, status: 'success' }],
      log: [],
    })
  })

  it.each<[string, unknown, string]>([
    ['an error', new Error('no luck'), 'no luck'],
    ['a string', 'no luck', 'no luck'],
    ['nothing', undefined, 'undefined was thrown, which is not an error'],
    ['an object without a prototype', Object.create(null), 'object {} was thrown, which is not an error'],
  ])('whose action throws %s fails with it', async (_, thrown, message) => {
    const { executor } = createRig()
    const outcome = await executor.run(() => Promise.reject(thrown))
    expect(outcome).toMatchObject({ status: 'failed', error: { message }, attempts: [{ status: 'failed' }] })
    expect(outcome).toHaveProperty('thrown', thrown)
  })

  it('survives an action that throws something which throws when it is looked at', async () => {
    const { executor } = createRig()
    const trap = (): never => {
      throw new Error('keep out')
    }
    const hostile = new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap })
    const { status, attempts } = await executor.run(() => Promise.reject(hostile), { retries: 1, backoff: [0] })
    expect([status, attempts.length]).toEqual(['failed', 2])
  })

  it('takes a synchronous throw, and a thenable, as it takes a promise', async () => {
    const { executor } = createRig()
    expect(await executor.run(failing)).toMatchObject({ status: 'failed', error: { message: 'no luck' } })
    // oxlint-disable-next-line unicorn/no-thenable -- what an action may return
    const thenable = { then: (resolve: (value: number) => void) => resolve(5) }
    expect(await executor.run(() => thenable)).toMatchObject({ status: 'success', result: 5 })
  })

  it('keeps a bounded result of a huge one, and hands out the whole', async () => {
    const { executor } = createRig()
    const huge = 'x'.repeat(5_000_000)
    const outcome = await executor.run(() => huge)
    expect(outcome).toHaveProperty('returned', huge)
    expect(JSON.stringify((outcome as { result: unknown }).result).length).toBeLessThanOrEqual(65_536)
  })
})

describe('retries', () => {
  it('come after the first attempt, each after its delay', async () => {
    const { clock, executor } = createRig()
    const running = executor.run(failing, { retries: 2, backoff: [100, 1000] })
    await clock.advance(1100)
    const { status, attempts, durationMs } = await running
    const from = Date.UTC(2026, 0, 1)
    expect({ status, durationMs }).toEqual({ status: 'failed', durationMs: 1100 })
    expect(attempts.map(({ attempt, startedAt }) => [attempt, startedAt - from])).toEqual([
      [1, 0],
      [2, 100],
      [3, 1100],
    ])
  })

  it('end with the first success', async () => {
    const { clock, executor } = createRig()
    let calls = 0
    const running = executor.run(() => (++calls < 3 ? failing() : 'at last'), { retries: 9, backoff: [10] })
    await clock.advance(20)
    expect(await running).toMatchObject({ status: 'success', result: 'at last', attempts: [{}, {}, { attempt: 3 }] })
  })

  it('are not made of an error that says it is not retriable', async () => {
    const { executor } = createRig()
    const outcome = await executor.run(
      () => {
        throw new S3SchedError('wrong input', { code: 'WRONG' })
      },
      { retries: 5 },
    )
    expect(outcome).toMatchObject({
      attempts: [{ attempt: 1 }],
      error: { note: expect.stringMatching(/not retriable/) },
    })
  })

  it('wait as long as the error asks', async () => {
    const { clock, executor } = createRig()
    const busy = (): never => {
      throw Object.assign(new Error('busy'), { retryAfterMs: 777 })
    }
    const running = executor.run(busy, { retries: 1, backoff: [5] })
    await clock.advance(777)
    const [first, second] = (await running).attempts
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBe(777)
  })

  it('go on where another process left off, after the delay that was left', async () => {
    const { clock, executor } = createRig()
    const seen: number[] = []
    const action = ({ attempt }: { attempt: number }): never => {
      seen.push(attempt)
      return failing()
    }
    const running = executor.run({ key: 'a', action }, { retries: 3, firstAttempt: 3, notBeforeMs: 500, backoff: [1] })
    await clock.advance(499)
    expect(seen).toEqual([])
    await clock.advance(2)
    expect(await running).toMatchObject({ status: 'failed', attempts: [{ attempt: 3 }, { attempt: 4 }] })
  })

  it('are noted before the wait begins, with the delay', async () => {
    const { clock, executor } = createRig()
    const noted: [AttemptRecord, number][] = []
    const beforeRetry = (...note: [AttemptRecord, number]): void => void noted.push(note)
    const running = executor.run(failing, { retries: 1, backoff: [50], beforeRetry })
    await clock.advance(0)
    expect(noted).toMatchObject([[{ attempt: 1, status: 'failed', error: { message: 'no luck' } }, 50]])
    await clock.advance(50)
    expect((await running).attempts).toHaveLength(2)
    expect(noted).toHaveLength(1)
  })

  it('are not made when the failure can not be noted', async () => {
    const { executor } = createRig()
    const beforeRetry = (): Promise<void> => Promise.reject(new Error('bucket is gone'))
    expect(await executor.run(failing, { retries: 1, beforeRetry })).toMatchObject({
      status: 'failed',
      attempts: [{ attempt: 1 }],
      error: { message: 'no luck', note: 'not retried: beforeRetry threw: bucket is gone' },
    })
  })

  it('go on with the default delay when the backoff function is broken, and the log says so', async () => {
    const { clock, executor, warnings } = createRig()
    const running = executor.run({ key: 'a', action: failing }, { retries: 1, backoff: () => Number.NaN })
    await clock.advance(1000)
    const { attempts, log } = await running
    expect(attempts).toHaveLength(2)
    expect(log).toMatchObject([{ message: 'expected the backoff function to return ms >= 0, got NaN' }])
    expect(warnings).toMatchObject([{ message: expect.stringContaining("job 'a': expected the backoff") }])
  })
})

describe('the timeout of an attempt', () => {
  it('aborts the signal, says so, and counts as a failure that is retried', async () => {
    const { clock, executor } = createRig()
    const timedOut: number[] = []
    const policy: RunPolicy = {
      timeoutMs: 100,
      retries: 1,
      backoff: [10],
      onTimeout: (attempt) => timedOut.push(attempt),
    }
    const running = executor.run(untilAborted, policy)
    await clock.advance(210)
    expect(await running).toMatchObject({
      status: 'timeout',
      error: { name: 'CancelledError', code: 'TIMEOUT', message: 'the attempt took longer than 100 ms' },
      attempts: [
        { status: 'timeout', durationMs: 100 },
        { attempt: 2, status: 'timeout', durationMs: 100 },
      ],
    })
    expect(timedOut).toEqual([1, 2])
  })

  it('is the last word: what the action returns after it is dropped', async () => {
    const { clock, executor } = createRig()
    const running = executor.run(() => clock.sleep(150).then(() => 'late'), { timeoutMs: 100 })
    await clock.advance(150)
    expect(await running).toMatchObject({ status: 'timeout' })
  })

  it('leaves no timer behind', async () => {
    const { clock, executor } = createRig()
    await executor.run(() => 1, { timeoutMs: 60_000, deadlineMs: 90_000 })
    await settle()
    expect(clock.sleeping).toBe(0)
  })

  it('may be longer than a plain timer can be', async () => {
    const { clock, executor } = createRig()
    const running = executor.run(untilAborted, { timeoutMs: 40 * 86_400_000 })
    await clock.advance(40 * 86_400_000)
    expect(await running).toMatchObject({ status: 'timeout', durationMs: 40 * 86_400_000 })
  })
})

describe('the deadline of a run', () => {
  it('ends it in an attempt, between attempts and in the queue', async () => {
    const { clock, executor } = createRig({ maxConcurrent: 1 })
    const acting = executor.run(untilAborted, { deadlineMs: 100 })
    const queued = executor.run(() => 1, { deadlineMs: 50 })
    await clock.advance(50)
    expect(await queued).toMatchObject({ status: 'timeout', attempts: [], queuedMs: 50 })
    await clock.advance(50)
    expect(await acting).toMatchObject({ status: 'timeout', attempts: [{ status: 'timeout' }] })
  })

  it('spares the wait for an attempt that would come too late', async () => {
    const { executor } = createRig()
    expect(await executor.run(failing, { retries: 1, backoff: [100], deadlineMs: 100 })).toMatchObject({
      status: 'failed',
      error: { note: 'not retried: the deadline is before the next attempt, 100 ms away' },
    })
  })
})

it('does not let a hanging action keep another from its slot', async () => {
  const { clock, executor } = createRig({ maxConcurrent: 1 })
  const hanging = executor.run({ key: 'h', action: hang }, { timeoutMs: 1000 })
  const next = executor.run({ key: 'n', action: () => 'done' })
  await clock.advance(1100)
  expect(await hanging).toMatchObject({ status: 'timeout' })
  expect(await next).toMatchObject({ status: 'success', queuedMs: 1100 })
})

it.each([
  ['an async generator', async function* () {}],
  ['a generator', function* () {}],
  ['a function that returns one', () => (async function* () {})()],
  ['an async function that returns one', async () => (function* () {})()],
])('fails at once for an action that is %s: its body never ran', async (_, action) => {
  const { executor } = createRig()
  const outcome = await executor.run({ key: 'a', action }, { retries: 3 })
  expect(outcome).toMatchObject({
    status: 'failed',
    attempts: [{ attempt: 1 }],
    error: { code: 'INVALID_TASK', message: expect.stringMatching(/returned a generator/) as string },
  })
})

it.each([
  ['the class for it', new NonRetriableError('gone for good', { cause: new Error('404') })],
  ['a field', Object.assign(new Error('gone for good'), { retriable: false })],
])('makes no further attempt after an error that is not retriable by %s', async (_, error) => {
  const { executor } = createRig()
  const outcome = await executor.run({ key: 'a', action: () => Promise.reject(error) }, { retries: 5 })
  expect(outcome).toMatchObject({
    status: 'failed',
    attempts: [{ attempt: 1 }],
    thrown: error,
    error: { message: 'gone for good', note: 'not retried: the error says it is not retriable' },
  })
})
