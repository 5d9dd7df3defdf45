import { settle } from '@s3sched/kernel/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PATIENCE, SlotQueue } from './slot-queue.ts'

const { signal } = new AbortController()

/** Lets the whole queue through one slot, and returns the order. */
async function drain(asked: readonly { key: string; priority?: number }[]): Promise<string[]> {
  const queue = new SlotQueue(1)
  await queue.take('holder', 0, signal)
  const order: string[] = []
  const all = asked.map(async ({ key, priority = 0 }) => {
    await queue.take(key, priority, signal)
    order.push(key)
    queue.release()
  })
  queue.release()
  await Promise.all(all)
  return order
}

describe('who waits for a slot', () => {
  it('gets it in the order of arrival among equals', async () => {
    expect(await drain([{ key: 'a' }, { key: 'b' }, { key: 'c' }])).toEqual(['a', 'b', 'c'])
  })

  it('goes first with the higher priority', async () => {
    const asked = [{ key: 'low', priority: -1 }, { key: 'mid' }, { key: 'high', priority: 9 }]
    expect(await drain(asked)).toEqual(['high', 'mid', 'low'])
  })

  it('takes turns with other keys, so that a long queue of one delays another by one', async () => {
    const asked = [...Array.from({ length: 5 }, () => ({ key: 'bulk' })), { key: 'single' }]
    expect(await drain(asked)).toEqual(['bulk', 'single', 'bulk', 'bulk', 'bulk', 'bulk'])
  })

  it('is passed over only so often, whatever the priorities', async () => {
    const urgent = Array.from({ length: 100 }, (_, n) => ({ key: `urgent${n}`, priority: 5 }))
    expect((await drain([{ key: 'patient' }, ...urgent])).indexOf('patient')).toBe(PATIENCE)
  })

  it('always gets it in the end, and there are never more holders than slots', async () => {
    const waiter = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), priority: fc.integer({ min: -2, max: 2 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(waiter, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (waiters, slots) => {
        const queue = new SlotQueue(slots)
        let holders = 0
        let most = 0
        const each = waiters.map(async ({ key, priority }) => {
          await queue.take(key, priority, signal)
          most = Math.max(most, ++holders)
          await Promise.resolve()
          holders--
          queue.release()
        })
        await Promise.all(each)
        expect(most).toBeLessThanOrEqual(slots)
        expect(queue.waiting).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('leaves the queue when its signal aborts, and its slot goes to the next', async () => {
    const queue = new SlotQueue(1)
    await queue.take('holder', 0, signal)
    const controller = new AbortController()
    const given = queue.take('a', 0, controller.signal)
    let got = false
    const next = queue.take('b', 0, signal)?.then(() => (got = true))
    controller.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    expect(queue.waiting).toBe(1)
    await settle()
    expect(got).toBe(false)
    queue.release()
    await next
    expect(() => queue.take('c', 0, AbortSignal.abort(new Error('before')))).toThrow('before')
  })
})
