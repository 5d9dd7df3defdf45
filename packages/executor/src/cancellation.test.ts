import { createManualClock, createSeededRandom, settle } from '@s3sched/kernel/testing'
import { describe, expect, it, vi } from 'vitest'
import { createGate, createRig, untilAborted } from '../test/rig.ts'
import { CancelledError, createExecutor, type CancelReason } from './index.ts'

const REASONS: CancelReason[] = ['cancelled', 'stopped', 'lease-lost', 'superseded']

describe('an abort from outside', () => {
  it.each(REASONS)('reaches the action and the outcome with its reason: %s', async (reason) => {
    const { executor } = createRig()
    const controller = new AbortController()
    let told: unknown
    const running = executor.run(
      async (context) => {
        await untilAborted(context).catch((error: unknown) => (told = error))
        throw told
      },
      { signal: controller.signal, retries: 3 },
    )
    await settle()
    const why = new CancelledError(reason)
    controller.abort(why)
    expect(await running).toMatchObject({ status: 'cancelled', reason, attempts: [{ status: 'cancelled' }] })
    expect(told).toBe(why)
  })

  it('by a foreign signal is a cancellation, or a timeout when it says so', async () => {
    const { executor } = createRig()
    expect(await executor.run(untilAborted, { signal: AbortSignal.abort('enough') })).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      attempts: [],
    })
    const signal = AbortSignal.abort(new DOMException('too slow', 'TimeoutError'))
    expect(await executor.run(untilAborted, { signal })).toMatchObject({ status: 'timeout', attempts: [] })
  })

  it('between two attempts ends the run with the attempts it had', async () => {
    const { clock, executor } = createRig()
    const controller = new AbortController()
    const running = executor.run(() => Promise.reject(new Error('x')), {
      retries: 5,
      backoff: [1000],
      signal: controller.signal,
    })
    await clock.advance(500)
    controller.abort(new CancelledError('stopped'))
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'stopped', attempts: [{ status: 'failed' }] })
    expect(clock.sleeping).toBe(0)
  })

  it('in the queue ends the run unstarted, and the others keep their turn', async () => {
    const { executor } = createRig({ maxConcurrent: 1 })
    const gate = createGate()
    const controller = new AbortController()
    const first = executor.run(() => gate.passed)
    const second = executor.run(() => 2, { signal: controller.signal })
    const third = executor.run(() => 3)
    await settle()
    expect(executor.queued).toBe(2)
    controller.abort()
    expect(await second).toMatchObject({ status: 'cancelled', attempts: [] })
    gate.open()
    await first
    expect(await third).toMatchObject({ status: 'success' })
    expect(executor.queued).toBe(0)
  })

  it('wins over what the action returns afterwards', async () => {
    const { executor } = createRig()
    const controller = new AbortController()
    const running = executor.run((context) => untilAborted(context).catch(() => 'swallowed'), {
      signal: controller.signal,
    })
    await settle()
    controller.abort(new CancelledError('lease-lost'))
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'lease-lost' })
  })

  it('leaves no listener on a signal that many runs share', async () => {
    const { executor } = createRig()
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await Promise.all(Array.from({ length: 50 }, () => executor.run(() => 1, { signal })))
    expect(listeners).toBe(0)
  })
})

describe('cancel', () => {
  it('ends a run by its id, once', async () => {
    const { executor } = createRig()
    const running = executor.run({ key: 'a', runId: 'r1', action: untilAborted })
    await settle()
    expect(executor.cancel('r2')).toBe(false)
    expect(executor.cancel('r1', 'superseded')).toBe(true)
    expect(executor.cancel('r1')).toBe(false)
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'superseded' })
    expect(executor.cancel('r1')).toBe(false)
  })
})

describe('beforeStart', () => {
  it('is asked with a slot in hand, and ends the run as superseded when it says no', async () => {
    const { executor } = createRig({ maxConcurrent: 1 })
    const gate = createGate()
    const asked: string[] = []
    const first = executor.run(() => gate.passed)
    const second = executor.run(() => 2, { beforeStart: () => asked.push('second') > 1 })
    await settle()
    expect(asked).toEqual([])
    gate.open()
    await first
    expect(await second).toMatchObject({ status: 'cancelled', reason: 'superseded', attempts: [] })
    expect(await executor.run(() => 3, { beforeStart: async () => true })).toMatchObject({ status: 'success' })
  })

  it('is asked once, not before a retry', async () => {
    const { clock, executor } = createRig()
    let asked = 0
    const running = executor.run(() => Promise.reject(new Error('x')), {
      retries: 2,
      backoff: [1],
      beforeStart: () => ++asked > 0,
    })
    await clock.advance(2)
    expect((await running).attempts).toHaveLength(3)
    expect(asked).toBe(1)
  })

  it('that throws fails the run, and gives the slot back', async () => {
    const { executor } = createRig({ maxConcurrent: 1 })
    const beforeStart = (): Promise<boolean> => Promise.reject(new Error('can not tell'))
    expect(await executor.run(() => 1, { beforeStart })).toMatchObject({
      status: 'failed',
      error: { message: 'can not tell' },
      attempts: [],
    })
    expect(await executor.run(() => 1)).toMatchObject({ status: 'success' })
  })

  it('that never answers does not keep the run from being cancelled', async () => {
    const { executor } = createRig()
    const running = executor.run(
      { key: 'a', runId: 'r', action: () => 1 },
      { beforeStart: () => new Promise(() => {}) },
    )
    await settle()
    executor.cancel('r')
    expect(await running).toMatchObject({ status: 'cancelled' })
  })
})

it('takes a CancelledError of beforeRetry as the end that it names', async () => {
  const { executor } = createRig()
  const outcome = await executor.run(() => Promise.reject(new Error('x')), {
    retries: 1,
    beforeRetry: () => Promise.reject(new CancelledError('lease-lost')),
  })
  expect(outcome).toMatchObject({ status: 'cancelled', reason: 'lease-lost', attempts: [{ status: 'failed' }] })
})

it('does not let a hook that throws touch the run', async () => {
  const { executor, warnings } = createRig()
  const onAttemptStart = (): never => {
    throw new Error('oops')
  }
  expect(await executor.run({ key: 'a', action: () => 1 }, { onAttemptStart })).toMatchObject({ status: 'success' })
  expect(warnings).toMatchObject([{ message: "job 'a': onAttemptStart threw: oops" }])
})

it.each(['onAttemptStart', 'onTimeout'] as const)('does not let %s touch the run when it rejects', async (hook) => {
  const { clock, executor, warnings } = createRig()
  const rejects = async (): Promise<never> => {
    throw new Error('oops')
  }
  const run = executor.run({ key: 'a', action: untilAborted }, { timeoutMs: 100, [hook]: rejects })
  await clock.advance(100)
  expect(await run).toMatchObject({ status: 'timeout' })
  expect(warnings).toMatchObject([{ message: `job 'a': ${hook} threw: oops` }])
})

it('takes the default for a backoff that is asynchronous, and leaves no unhandled rejection', async () => {
  const { clock, executor, warnings } = createRig()
  const backoff = (async () => {
    throw new Error('oops')
  }) as unknown as () => number
  const failing = (): never => {
    throw new Error('failed')
  }
  const run = executor.run({ key: 'a', action: failing }, { retries: 1, backoff })
  await clock.advance(10_000)
  expect(await run).toMatchObject({ status: 'failed', attempts: [{ attempt: 1 }, { attempt: 2 }] })
  expect(warnings).toMatchObject([
    { message: expect.stringMatching(/expected the backoff function to return ms/) as string },
  ])
})

it('a logger that throws leaves no run open, and no slot taken', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const fail = (): never => {
    throw new Error('the disk of the logs is full')
  }
  const clock = createManualClock()
  const deps = { clock, random: createSeededRandom(1), logger: { debug: fail, info: fail, warn: fail, error: fail } }
  const executor = createExecutor(deps, { maxConcurrent: 1 })
  const controller = new AbortController()
  const gate = createGate()
  const running = executor.run({ key: 'deaf', runId: 'r1', action: () => gate.passed }, { signal: controller.signal })
  await settle()
  controller.abort(new CancelledError('stopped'))
  await clock.advance(60_000)
  expect(await running).toMatchObject({ status: 'cancelled' })
  gate.open()
  await settle()
  expect(await executor.run({ key: 'deaf', runId: 'r2', action: () => 2 })).toMatchObject({ status: 'success' })
  expect(warn).toHaveBeenCalled()
  warn.mockRestore()
})

describe('an end in the same turn of microtasks as the abort', () => {
  it('counts where the action returned before the abort, and not where it returns because of the abort', async () => {
    const { executor } = createRig()
    const before = executor.run({
      key: 'before',
      runId: 'before',
      action: async () => {
        // The promise of the action is settled when this microtask runs, and nobody was told yet.
        queueMicrotask(() => executor.cancel('before'))
        return 1
      },
    })
    expect(await before).toMatchObject({ status: 'success', returned: 1 })
    const because = executor.run({
      key: 'because',
      runId: 'because',
      action: ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(2))
          queueMicrotask(() => executor.cancel('because'))
        }),
    })
    expect(await because).toMatchObject({ status: 'cancelled' })
  })
})
