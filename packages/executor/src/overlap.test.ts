import { settle } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createGate, createRig, hang, untilAborted } from '../test/rig.ts'
import type { Overlap, RunContext, RunPolicy } from './index.ts'

describe('while another run of its key goes on, a run', () => {
  it('is skipped by default', async () => {
    const { executor } = createRig()
    const gate = createGate()
    const first = executor.run({ key: 'a', action: () => gate.passed })
    expect(await executor.run({ key: 'a', action: () => 2 })).toMatchObject({
      status: 'skipped',
      reason: 'overlap',
      attempts: [],
    })
    expect(await executor.run({ key: 'b', action: () => 3 })).toMatchObject({ status: 'success' })
    gate.open()
    await first
    expect(await executor.run({ key: 'a', action: () => 4 })).toMatchObject({ status: 'success' })
  })

  it('is skipped between two attempts of it, too', async () => {
    const { clock, executor } = createRig()
    const first = executor.run(
      { key: 'a', action: () => Promise.reject(new Error('x')) },
      { retries: 1, backoff: [100] },
    )
    await clock.advance(50)
    expect(await executor.run({ key: 'a', action: () => 2 })).toMatchObject({ status: 'skipped' })
    await clock.advance(50)
    await first
  })

  it('waits its turn with queue, up to the limit', async () => {
    const { executor } = createRig()
    const gate = createGate()
    const order: number[] = []
    const queue = { overlap: 'queue', queueLimit: 2 } as const
    const first = executor.run({ key: 'a', action: () => gate.passed })
    const later = [1, 2, 3].map((n) => executor.run({ key: 'a', action: () => order.push(n) }, queue))
    expect(await later[2]).toMatchObject({ status: 'skipped', reason: 'queue-full' })
    expect(executor.queued).toBe(2)
    gate.open()
    await Promise.all([first, ...later])
    expect(order).toEqual([1, 2])
  })

  it('is skipped after its wait when it may not follow, and leaves its turn to the next', async () => {
    const { executor } = createRig()
    const gate = createGate()
    const first = executor.run({ key: 'a', action: () => gate.passed })
    const asked: string[] = []
    const refuse = (): boolean => asked.push('second') === 0
    const second = executor.run({ key: 'a', action: () => 2 }, { overlap: 'queue', mayFollow: refuse })
    const third = executor.run({ key: 'a', action: () => 3 }, { overlap: 'queue', mayFollow: () => true })
    await settle()
    expect(asked).toEqual([])
    gate.open()
    await first
    expect(await second).toMatchObject({ status: 'skipped', reason: 'overlap', attempts: [] })
    expect(await third).toMatchObject({ status: 'success', result: 3 })
  })

  it('runs beside it with allow', async () => {
    const { executor } = createRig()
    const gate = createGate()
    const first = executor.run({ key: 'a', action: () => gate.passed })
    expect(await executor.run({ key: 'a', action: () => 2 }, { overlap: 'allow' })).toMatchObject({ status: 'success' })
    gate.open()
    await first
  })

  it('takes its place with cancel, once it has ended; of those that wait only the newest is left', async () => {
    const { clock, executor } = createRig({ graceMs: 1000 })
    const events: string[] = []
    const first = executor.run({
      key: 'a',
      action: async (context) => {
        await untilAborted(context).catch(() => clock.sleep(50))
        events.push('first ended')
      },
    })
    await settle()
    const second = executor.run({ key: 'a', action: () => events.push('second ran') }, { overlap: 'cancel' })
    const third = executor.run({ key: 'a', action: () => events.push('third ran') }, { overlap: 'cancel' })
    await clock.advance(50)
    expect(await first).toMatchObject({ status: 'cancelled', reason: 'superseded' })
    expect(await second).toMatchObject({ status: 'cancelled', reason: 'superseded', attempts: [] })
    expect(await third).toMatchObject({ status: 'success' })
    expect(events).toEqual(['first ended', 'third ran'])
  })

  it('never starts a second body in the turn in which the first ends', async () => {
    const { executor } = createRig()
    let inside = 0
    let most = 0
    const action = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await settle()
      inside--
    }
    const runs = Array.from({ length: 20 }, (_, n) =>
      executor.run({ key: 'a', action }, { overlap: n % 3 === 0 ? 'queue' : n % 3 === 1 ? 'cancel' : 'skip' }),
    )
    await Promise.all(runs)
    expect(most).toBe(1)
  })
})

describe('an action that ignores its signal', () => {
  it('is abandoned: counted, shown, and its end is logged once', async () => {
    const { clock, executor, warnings } = createRig()
    const gate = createGate<string>()
    const running = executor.run({ key: 'a', runId: 'r', action: () => gate.passed }, { timeoutMs: 100 })
    await clock.advance(200)
    expect(await running).toMatchObject({ status: 'timeout', attempts: [{ status: 'timeout', abandoned: true }] })
    expect(executor.abandoned).toBe(1)
    expect(executor.running()).toMatchObject([{ runId: 'r', key: 'a', attempt: 1, abandoned: true }])
    await clock.advance(5000)
    gate.open('at last')
    await settle()
    expect(executor.abandoned).toBe(0)
    expect(executor.running()).toEqual([])
    expect(warnings.map(({ message }) => message)).toEqual([
      "job 'a' goes on although it was told to end",
      "job 'a' ended 5000 ms after it was given up; its result is dropped",
    ])
  })

  it.each<[Overlap, object]>([
    ['skip', { status: 'skipped', reason: 'abandoned' }],
    ['allow', { status: 'success' }],
  ])("keeps its key with onHang: 'wait', unless overlap says otherwise: %s", async (overlap, expected) => {
    const { clock, executor } = createRig()
    void executor.run({ key: 'a', action: hang }, { timeoutMs: 100, onHang: 'wait' })
    await clock.advance(200)
    expect(await executor.run({ key: 'a', action: () => 2 }, { overlap })).toMatchObject(expected)
  })

  it.each<Overlap>(['queue', 'cancel'])('lets a waiting run in when it ends at last: %s', async (overlap) => {
    const { clock, executor } = createRig()
    const gate = createGate()
    void executor.run({ key: 'a', action: () => gate.passed }, { timeoutMs: 100, onHang: 'wait' })
    await clock.advance(200)
    const next = executor.run({ key: 'a', action: () => 2 }, { overlap })
    await clock.advance(1000)
    expect(executor.queued).toBe(1)
    gate.open()
    expect(await next).toMatchObject({ status: 'success', queuedMs: 1000 })
  })

  it("is not run a second time beside itself with onHang: 'wait': its retry waits, as long again as the timeout", async () => {
    const { clock, executor } = createRig()
    let calls = 0
    const slow = (): Promise<void> => {
      calls += 1
      return clock.sleep(180)
    }
    const running = executor.run(
      { key: 'a', action: slow },
      { timeoutMs: 100, retries: 1, backoff: [10], deadlineMs: 1000, onHang: 'wait' },
    )
    await clock.advance(179)
    expect(calls).toBe(1)
    await clock.advance(200)
    expect(await running).toMatchObject({ status: 'timeout', attempts: [{ attempt: 1 }, { attempt: 2 }] })
  })

  it("that hangs for good gets no retry with onHang: 'wait', and the run says why", async () => {
    const { clock, executor } = createRig()
    const policy: RunPolicy = { timeoutMs: 100, retries: 3, backoff: [10], onHang: 'wait' }
    const running = executor.run({ key: 'a', action: hang }, policy)
    await clock.advance(310)
    expect(await running).toMatchObject({
      status: 'timeout',
      attempts: [{ attempt: 1 }],
      error: { note: 'not retried: attempt 1 goes on although it was told to end' },
    })
    expect(clock.sleeping).toBe(0)
  })

  it.each<Overlap>(['skip', 'queue', 'allow', 'cancel'])(
    'does not hold up the next run of its key: %s',
    async (overlap) => {
      const { clock, executor } = createRig()
      const hanging = executor.run({ key: 'a', action: hang }, { timeoutMs: 100 })
      await clock.advance(200)
      expect(await hanging).toMatchObject({ status: 'timeout', attempts: [{ abandoned: true }] })
      expect(await executor.run({ key: 'a', action: () => 2 }, { overlap })).toMatchObject({
        status: 'success',
        queuedMs: 0,
      })
      expect(executor.running()).toMatchObject([{ abandoned: true, blocks: false }])
    },
  )

  it('gets its retries beside what goes on, each after its backoff, and drops what the first attempts return', async () => {
    const { clock, executor } = createRig()
    const gate = createGate()
    const action = ({ attempt }: RunContext): unknown => (attempt < 3 ? gate.passed : 'third time')
    const running = executor.run({ key: 'a', action }, { timeoutMs: 100, retries: 2, backoff: [50] })
    await clock.advance(200)
    expect(executor.slots()).toMatchObject({ taken: 0, abandoned: 1 })
    await clock.advance(50 + 200 + 50)
    expect(await running).toMatchObject({
      status: 'success',
      result: 'third time',
      attempts: [{ abandoned: true }, { abandoned: true }, { status: 'success' }],
    })
    expect(executor.slots()).toMatchObject({ taken: 0, abandoned: 2 })
    gate.open()
    await settle()
    expect(executor.slots().abandoned).toBe(0)
  })

  it('is warned about once more when many go on, and again only after most have ended', async () => {
    const { clock, executor, warnings } = createRig({ maxConcurrent: 100, manyAbandoned: 4 })
    const told = (): string[] => warnings.map(({ message }) => message).filter((message) => message.includes('at once'))
    const gates = Array.from({ length: 6 }, () => createGate())
    for (const { passed } of gates)
      void executor.run({ key: 'a', action: () => passed }, { timeoutMs: 100, overlap: 'allow' })
    await clock.advance(200)
    expect(told()).toEqual([
      '4 actions at once go on although they were told to end: each holds memory and connections until this process ends. ' +
        "Let the actions listen to their signal, or isolate them; with onHang: 'wait' a job waits for the end of its action",
    ])
    for (const { open } of gates) open()
    await settle()
    for (let n = 0; n < 4; n++) void executor.run({ key: 'b', action: hang }, { timeoutMs: 100, overlap: 'allow' })
    await clock.advance(200)
    expect(told()).toHaveLength(2)
  })

  it('and rejects late is nobody else’s unhandled rejection', async () => {
    const { clock, executor } = createRig()
    const gate = createGate()
    const unhandled: unknown[] = []
    const listener = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', listener)
    const running = executor.run({ key: 'a', action: () => gate.passed }, { timeoutMs: 100 })
    await clock.advance(200)
    await running
    gate.fail(new Error('too late'))
    await settle()
    process.off('unhandledRejection', listener)
    expect(unhandled).toEqual([])
    expect(executor.abandoned).toBe(0)
  })
})
