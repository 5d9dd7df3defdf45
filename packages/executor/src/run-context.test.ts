import { describe, expect, it } from 'vitest'
import { createRig } from '../test/rig.ts'
import { currentRun, type LogEntry, type RunContext } from './index.ts'
import type * as RunContexts from './run-context.ts'
import { callInContext } from './run-context.ts'
import { MAX_LOG_BYTES, MAX_LOG_ENTRIES } from './run-log.ts'

const returning = (outcome: object): unknown => (outcome as { returned?: unknown }).returned

describe('the context of an action', () => {
  it('has the executor’s fields beside the task’s own, and where they clash its own', async () => {
    const { executor } = createRig()
    const fields = { jobName: 'report', tenant: 7, attempt: 'mine', signal: 'mine' }
    const task = { key: 'report', runId: 'r', fields, action: (context: RunContext) => context }
    const context = returning(await executor.run(task, { fence: 9, retries: 1 })) as RunContext
    expect(context).toMatchObject({ jobName: 'report', tenant: 7, runId: 'r', attempt: 1, fence: 9 })
    expect(context.signal).toBeInstanceOf(AbortSignal)
  })

  it('has the signal also in a copy, and in a copy that was made before the abort', async () => {
    const { executor } = createRig()
    const aborted: boolean[] = []
    const action = (context: RunContext): void => {
      const copy = { ...context }
      executor.cancel(context.runId)
      aborted.push(copy.signal.aborted, { ...context }.signal.aborted)
      expect(copy.signal).toBe(context.signal)
      expect(Object.keys(copy)).toContain('signal')
    }
    await executor.run(action)
    expect(aborted).toEqual([true, true])
  })

  it('is found from anywhere below the action, and nowhere else', async () => {
    const { clock, executor } = createRig()
    const deep = async (): Promise<unknown> => {
      await clock.sleep(10)
      return currentRun()?.runId
    }
    const both = Promise.all(['r1', 'r2'].map((runId) => executor.run({ key: runId, runId, action: deep })))
    await clock.advance(10)
    expect((await both).map(returning)).toEqual(['r1', 'r2'])
    expect(currentRun()).toBeUndefined()
  })
})

describe('the log of a run', () => {
  const logOf = async (action: (context: RunContext) => unknown): Promise<readonly LogEntry[]> => {
    const { executor } = createRig()
    return (await executor.run(action)).log
  }

  it('keeps what the action says, with when and in which attempt', async () => {
    const at = Date.UTC(2026, 0, 1)
    expect(await logOf(({ log }) => log('fetched', { rows: 3 }))).toEqual([
      { at, attempt: 1, message: 'fetched', fields: { rows: 3 } },
    ])
  })

  it('keeps the newest lines when there are too many, and says how many went', async () => {
    const entries = await logOf(({ log }) => {
      for (let n = 0; n < 1000; n++) log(`line ${n}`)
    })
    expect(entries).toHaveLength(MAX_LOG_ENTRIES + 1)
    expect(entries[0]?.message).toBe('… 800 earlier entries were dropped')
    expect(entries.at(-1)?.message).toBe('line 999')
  })

  it('never grows above its bound in bytes, whatever is said', async () => {
    const entries = await logOf(({ log }) => {
      for (let n = 0; n < 100; n++) log('x'.repeat(100_000), { big: 'y'.repeat(1_000_000), n: 10n })
    })
    expect(Buffer.byteLength(JSON.stringify(entries))).toBeLessThan(MAX_LOG_BYTES + 200)
    expect(entries.at(-1)?.fields).toMatchObject({ n: '10' })
  })

  it('notes a progress that is no number instead of taking it', async () => {
    const { executor } = createRig()
    const outcome = await executor.run(({ progress }) => {
      progress(0.25)
      progress(Number.NaN)
    })
    expect(outcome).toMatchObject({
      progress: { value: 0.25 },
      log: [{ message: 'progress was not a finite number: NaN' }],
    })
  })

  it('ends with the attempt: what an abandoned action says later is dropped', async () => {
    const { clock, executor } = createRig()
    const action = async ({ attempt, log, progress }: RunContext): Promise<void> => {
      log(`before ${attempt}`)
      if (attempt > 1) return
      await clock.sleep(250)
      log('after')
      progress(1)
    }
    const running = executor.run({ key: 'a', action }, { timeoutMs: 100, retries: 1, backoff: [100] })
    await clock.advance(300)
    const outcome = await running
    expect(outcome).toMatchObject({ status: 'success', attempts: [{ abandoned: true }, { attempt: 2 }] })
    expect(outcome.log.map(({ message }) => message)).toEqual(['before 1', 'before 2'])
    expect(outcome.progress).toBeUndefined()
  })
})

it('is found by another loaded copy of the package too', async () => {
  const copy = './run-context.ts?copy'
  const other = (await import(copy)) as typeof RunContexts
  expect(other.callInContext).not.toBe(callInContext)
  const context = { runId: 'r' } as unknown as RunContext
  expect(callInContext(context, () => other.currentRun())).toBe(context)
})
