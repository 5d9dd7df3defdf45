import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TargetAction, TargetContext, TargetMessage, Wait } from '../src/index.ts'

/** A target and its engine, with the engine's side in the hands of the tests. */
export interface Workshop {
  readonly action: (options: { readonly wait?: Wait; readonly payload?: () => unknown }) => TargetAction
  /** The pieces of work in the engine under a key, as messages. */
  readonly works: (key: string) => Promise<readonly TargetMessage[]>
  readonly finish?: (key: string, result: unknown) => Promise<unknown>
  readonly fail?: (key: string, reason: string) => Promise<unknown>
  /** Absent where the engine can't end work. */
  readonly isCancelled?: (key: string) => Promise<boolean>
  /** A target whose engine can't be reached. */
  readonly unreachable: () => TargetAction
  readonly close: () => Promise<unknown>
}

export interface Promised {
  /** The engine tells the end of the work. */
  readonly follows: boolean
  /** The engine takes a key once. */
  readonly deduplicates: boolean
  /** The result that comes back; an engine may keep texts alone. @default the result of the work */
  readonly resultOf?: (result: unknown) => unknown
}

const TICK = new Date(Date.UTC(2031, 0, 1))

export function contextOf(more: Partial<TargetContext> = {}): TargetContext {
  const runId = more.runId ?? randomUUID()
  const signal = new AbortController().signal
  return { jobName: 'täglich / 1', runId, scheduledTime: TICK, attempt: 2, fence: 7, signal, ...more }
}

/** The end of a run, as the executor tells it. */
function endOf(reason: string): Error {
  return Object.assign(new Error(reason), { reason })
}

/** A promise that the engine does not make. */
function noTest(): void {}

/** The behaviour of every target. */
export function targetContract(name: string, open: () => Promise<Workshop>, promised: Promised): void {
  describe(`the target ${name}`, () => {
    let shop: Workshop
    beforeAll(async () => {
      shop = await open()
    })
    afterAll(() => shop.close())

    const arrival = (key: string): Promise<unknown> => expect.poll(() => shop.works(key)).toHaveLength(1)

    it('hands over the job, the tick, the fence, the key and the payload', async () => {
      const context = contextOf({ idempotencyKey: randomUUID() })
      await shop.action({ wait: 'accepted', payload: () => ({ customers: [1, 'zwei'] }) })(undefined, context)
      const { idempotencyKey = '', runId } = context
      expect(await shop.works(idempotencyKey)).toEqual([
        {
          v: 1,
          job: 'täglich / 1',
          runId,
          idempotencyKey,
          tick: TICK.toISOString(),
          attempt: 2,
          fence: 7,
          timeoutMs: null,
          payload: { customers: [1, 'zwei'] },
        },
      ])
    })

    it('says that its engine can not be reached now, so that the job may try again', async () => {
      await expect(shop.unreachable()(undefined, contextOf())).rejects.toMatchObject({
        name: 'TargetError',
        code: 'UNAVAILABLE',
        retriable: true,
      })
    })

    it('hands nothing over once the run has ended', async () => {
      const ended = AbortSignal.abort(endOf('stopped'))
      const context = contextOf({ signal: ended })
      await expect(shop.action({})(undefined, context)).rejects.toBe(ended.reason)
      expect(await shop.works(context.runId)).toEqual([])
    })

    const itOnce = promised.deduplicates ? it : noTest
    const describeEnd = promised.follows ? describe : noTest

    itOnce('makes one piece of work of all attempts', async () => {
      const context = contextOf({ attempt: 1 })
      const action = shop.action({ wait: 'accepted' })
      await Promise.all([action(undefined, context), action(undefined, context)])
      await action(undefined, { ...context, attempt: 2 })
      const { idempotencyKey = context.runId } = context
      // The run that makes up for a lost run has an id of its own.
      await action(undefined, contextOf({ idempotencyKey }))
      expect(await shop.works(idempotencyKey)).toHaveLength(1)
    })

    describeEnd('that waits', () => {
      const resultOf = promised.resultOf ?? ((result: unknown) => result)

      it('brings the result back, and tells the time for the work', async () => {
        const context = contextOf({ timeoutMs: 90_000 })
        const running = shop.action({})(undefined, context)
        await arrival(context.runId)
        expect(await shop.works(context.runId)).toMatchObject([{ timeoutMs: 90_000 }])
        await shop.finish?.(context.runId, { sent: 42 })
        expect(await running).toEqual(resultOf({ sent: 42 }))
      })

      it('brings the failure back, and is not tried again', async () => {
        const context = contextOf()
        const running = shop
          .action({})(undefined, context)
          .catch((error: unknown) => error)
        await arrival(context.runId)
        await shop.fail?.(context.runId, 'there is no such customer')
        expect(await running).toMatchObject({
          code: 'FAILED',
          retriable: false,
          message: expect.stringContaining('there is no such customer') as string,
        })
      })

      itOnce('follows the same work after a crash', async () => {
        const context = contextOf({ attempt: 1 })
        const ending = new AbortController()
        const first = shop.action({})(undefined, { ...context, signal: ending.signal })
        first.catch(() => undefined)
        await arrival(context.runId)
        const reason = endOf('stopped')
        ending.abort(reason)
        await expect(first).rejects.toBe(reason)
        const second = shop.action({})(undefined, contextOf({ idempotencyKey: context.runId }))
        await shop.finish?.(context.runId, { sent: 7 })
        expect(await second).toEqual(resultOf({ sent: 7 }))
        // Also where the work had ended before.
        expect(await shop.action({})(undefined, { ...context, attempt: 2 })).toEqual(resultOf({ sent: 7 }))
        expect(await shop.works(context.runId)).toHaveLength(1)
      })

      it('ends the work with a cancelled run, as far as the engine can', async () => {
        const context = contextOf()
        const ending = new AbortController()
        const running = shop.action({})(undefined, { ...context, signal: ending.signal })
        running.catch(() => undefined)
        await arrival(context.runId)
        const reason = endOf('cancelled')
        ending.abort(reason)
        await expect(running).rejects.toBe(reason)
        expect((await shop.isCancelled?.(context.runId)) ?? true).toBe(true)
      })
    })
  })
}
