import { createManualClock, settle } from '@s3sched/kernel/testing'
import { describe, expect, it } from 'vitest'
import { TargetError, type TargetContext } from '../index.ts'
import type { Engine, Look } from './engine.ts'
import { engineTarget } from './engine-target.ts'

type Step = Look | Error

/** An engine whose looks have the given answers, the last one for all further looks. */
function engineOf(...steps: readonly Step[]) {
  const asked: number[] = []
  const cancelled: unknown[] = []
  const clock = createManualClock(0)
  const engine: Engine<{ readonly id: string }> = {
    name: 'Engine',
    handOver: async ({ idempotencyKey: id }) => ({ id }),
    look: async () => {
      asked.push(clock.monotonic())
      const step = steps[Math.min(asked.length, steps.length) - 1] ?? { state: 'working' }
      if (step instanceof Error) throw step
      return step
    },
    cancel: async (work) => void cancelled.push(work),
  }
  return { asked, cancelled, clock, engine }
}

const never = new AbortController().signal

function contextOf(more: Partial<TargetContext> = {}): TargetContext {
  return { jobName: 'job', runId: 'run-1', scheduledTime: new Date(0), attempt: 1, signal: never, ...more }
}

const OPTIONS = { wait: 'done', payload: undefined, pollMs: 200 } as const
const working = { state: 'working' } as const

describe('a target of an engine', () => {
  it('looks soon at first, and then at the given pace', async () => {
    const { asked, clock, engine } = engineOf(working, working, working, working, { state: 'done', result: 42 })
    const running = engineTarget(engine, { ...OPTIONS, clock })(contextOf())
    await clock.advance(1000)
    expect(await running).toBe(42)
    expect(asked).toEqual([0, 50, 150, 350, 550])
  })

  it('looks again after trouble on the way, and tells each trouble once', async () => {
    const trouble = new Error('ECONNRESET')
    const lines: string[] = []
    const { clock, engine } = engineOf(trouble, trouble, trouble, { state: 'done' })
    const running = engineTarget(engine, { ...OPTIONS, clock })(contextOf({ log: (line) => void lines.push(line) }))
    await clock.advance(1000)
    expect(await running).toBeUndefined()
    expect(lines).toEqual(['Engine could not be asked for the work, and will be again: ECONNRESET'])
  })

  it('fails for good where the engine has forgotten the work', async () => {
    const { clock, engine } = engineOf({ state: 'gone' })
    await expect(engineTarget(engine, { ...OPTIONS, clock })(contextOf())).rejects.toMatchObject({
      code: 'FAILED',
      retriable: false,
      context: { work: { id: 'run-1' } },
    })
  })

  it.each([
    ['timeout', 1],
    ['cancelled', 1],
    ['superseded', 1],
    ['stopped', 0],
    ['lease-lost', 0],
  ])('after the end %s cancels %i pieces of work', async (reason, count) => {
    const { cancelled, clock, engine } = engineOf(working)
    const ending = new AbortController()
    const running = engineTarget(engine, { ...OPTIONS, clock })(contextOf({ signal: ending.signal }))
    running.catch(() => undefined)
    await settle()
    const end = Object.assign(new Error(reason), { reason })
    ending.abort(end)
    await expect(running).rejects.toBe(end)
    expect(cancelled).toHaveLength(count)
  })

  it('ends at once with a run that ends during the hand-over', async () => {
    const { clock, engine } = engineOf(working)
    const ending = new AbortController()
    const stuck = { ...engine, handOver: () => new Promise<never>(() => undefined) }
    const running = engineTarget(stuck, { ...OPTIONS, clock })(contextOf({ signal: ending.signal }))
    const end = new Error('timeout')
    ending.abort(end)
    await expect(running).rejects.toBe(end)
  })

  it('passes on a refusal, and calls any other error of a hand-over a matter of time', async () => {
    const { clock, engine } = engineOf(working)
    const options = { ...OPTIONS, clock }
    const failing = (error: unknown) => {
      const handOver = async (): Promise<never> => {
        throw error
      }
      return engineTarget({ ...engine, handOver }, options)
    }
    const refused = new TargetError('no such queue', { code: 'REFUSED' })
    await expect(failing(refused)(contextOf())).rejects.toBe(refused)
    // As by a connection that no address of a host takes.
    const away = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })
    await expect(failing(away)(contextOf())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retriable: true,
      message: 'Engine could not take the work: ECONNREFUSED',
    })
  })

  it('takes the context where the scheduler has a database, and where it has none', async () => {
    const { clock, engine } = engineOf({ state: 'done', result: 'found' })
    const action = engineTarget(engine, { ...OPTIONS, clock })
    expect(await action(contextOf())).toBe('found')
    expect(await action({ jobName: 'a resource of a database' }, contextOf())).toBe('found')
  })
})
