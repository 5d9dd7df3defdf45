import { settle } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { createGate, createRig, hang, untilAborted } from '../test/rig.ts'
import type { AttemptRecord, RunOutcome } from './index.ts'

describe('drain', () => {
  it('lets what executes finish, and ends what waits at once', async () => {
    const { clock, executor } = createRig({ maxConcurrent: 1 })
    const gate = createGate()
    const acting = executor.run({ key: 'acting', runId: 'r1', action: () => gate.passed })
    const queued = executor.run({ key: 'queued', runId: 'r2', action: () => 2 })
    const inLine = executor.run({ key: 'acting', runId: 'r3', action: () => 3 }, { overlap: 'queue' })
    const delayed = executor.run({ key: 'delayed', runId: 'r4', action: () => 4 }, { notBeforeMs: 1000 })
    await settle()
    const draining = executor.drain({ timeoutMs: 10_000 })
    for (const ended of [queued, inLine, delayed]) {
      expect(await ended).toMatchObject({ status: 'cancelled', reason: 'stopped', attempts: [] })
    }
    await clock.advance(5000)
    gate.open()
    expect(await acting).toMatchObject({ status: 'success' })
    const { drained, ended, left } = await draining
    expect({ drained, left }).toEqual({ drained: true, left: [] })
    expect(ended.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))).toEqual([
      { runId: 'r1', key: 'acting', status: 'success' },
      { runId: 'r2', key: 'queued', status: 'cancelled' },
      { runId: 'r3', key: 'acting', status: 'cancelled' },
      { runId: 'r4', key: 'delayed', status: 'cancelled' },
    ])
    await settle()
    expect(clock.sleeping).toBe(0)
  })

  it('lets a failing attempt be noted, so that its retry can be another process’s', async () => {
    const { executor } = createRig()
    const gate = createGate()
    const noted: AttemptRecord[] = []
    const running = executor.run(() => gate.passed, {
      retries: 3,
      backoff: [1000],
      beforeRetry: (failure) => void noted.push(failure),
    })
    await settle()
    const draining = executor.drain()
    gate.fail(new Error('x'))
    await draining
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'stopped', attempts: [{ status: 'failed' }] })
    expect(noted).toMatchObject([{ attempt: 1 }])
  })

  it('makes the attempts that are due within its patience, and no later ones', async () => {
    const { clock, executor } = createRig()
    const failing = (backoff: number[]): Promise<RunOutcome> => {
      const action = ({ attempt }: { attempt: number }): number => {
        if (attempt < 3) throw new Error('x')
        return attempt
      }
      return executor.run({ key: `${backoff.join()} ms`, action }, { retries: 2, backoff })
    }
    const soon = failing([300, 300])
    const later = failing([300, 2000])
    const late = failing([2000])
    await settle()
    const draining = executor.drain({ patienceMs: 1000 })
    expect(await late).toMatchObject({ status: 'cancelled', reason: 'stopped', attempts: [{ attempt: 1 }] })
    await clock.advance(300)
    expect(await later).toMatchObject({ status: 'cancelled', attempts: [{ attempt: 1 }, { attempt: 2 }] })
    await clock.advance(300)
    expect(await soon).toMatchObject({ status: 'success', result: 3 })
    expect((await draining).drained).toBe(true)
    expect(clock.sleeping).toBe(0)
  })

  it('tells what executes to end when its time is up, and names what does not', async () => {
    const { clock, executor } = createRig()
    const polite = executor.run({ key: 'polite', action: untilAborted })
    const deaf = executor.run({ key: 'deaf', runId: 'r', action: hang })
    await settle()
    const draining = executor.drain({ timeoutMs: 1000 })
    await clock.advance(999)
    expect(executor.running()).toHaveLength(2)
    await clock.advance(101)
    const report = await draining
    expect(await polite).toMatchObject({ status: 'cancelled', reason: 'stopped' })
    expect(await deaf).toMatchObject({ status: 'cancelled', reason: 'stopped' })
    expect(report).toMatchObject({ drained: false, left: [{ runId: 'r', key: 'deaf', abandoned: true }] })
  })

  it('is for good: what is asked for afterwards ends as stopped', async () => {
    const { executor } = createRig()
    expect(await executor.drain()).toEqual({ drained: true, ended: [], left: [] })
    expect(await executor.run(() => 1)).toMatchObject({ status: 'cancelled', reason: 'stopped', attempts: [] })
  })
})

describe('stop', () => {
  it('is a drain without patience, and may be called twice', async () => {
    const { clock, executor } = createRig()
    const running = executor.run(untilAborted)
    await settle()
    const stopping = Promise.all([executor.stop(), executor.stop()])
    await clock.advance(0)
    await stopping
    expect(await running).toMatchObject({ status: 'cancelled', reason: 'stopped' })
    await executor[Symbol.asyncDispose]()
  })
})

describe('running', () => {
  it('shows what is in hand, with its progress and its attempt', async () => {
    const { clock, executor } = createRig()
    const gate = createGate()
    let calls = 0
    const running = executor.run(
      {
        key: 'a',
        runId: 'r',
        action: ({ progress }) => {
          if (++calls === 1) throw new Error('x')
          progress(0.5, 'half way')
          return gate.passed
        },
      },
      { retries: 1, backoff: [10] },
    )
    await settle()
    const startedAt = Date.UTC(2026, 0, 1)
    expect(executor.running()).toEqual([
      { runId: 'r', key: 'a', attempt: 1, startedAt, phase: 'delayed', abandoned: false, blocks: true },
    ])
    await clock.advance(10)
    expect(executor.running()).toMatchObject([
      { attempt: 2, startedAt, phase: 'running', progress: { value: 0.5, note: 'half way', at: startedAt + 10 } },
    ])
    gate.open()
    expect(await running).toMatchObject({ progress: { value: 0.5 } })
    expect(executor.running()).toEqual([])
  })
})
