import { LazyAbort } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import { KeyGate, type Entrant } from './key-gate.ts'
import type { CancelledError } from './cancelled-error.ts'

interface Visitor extends Entrant {
  readonly cancelledBy: CancelledError[]
  waitsForSlot: boolean
}

function visitor(key = 'a'): Visitor {
  const ending = new LazyAbort()
  const cancelledBy: CancelledError[] = []
  const cancel = (reason: CancelledError): void => {
    cancelledBy.push(reason)
    ending.abort(reason)
  }
  return { key, ending, waitsForSlot: false, cancel, cancelledBy }
}

describe('the gate of a key', () => {
  it('is busy from the very moment in which it lets the next one in', async () => {
    const gate = new KeyGate()
    const [first, second, third] = [visitor(), visitor(), visitor()]
    await gate.enter(first, 'skip', 0)
    const waiting = gate.enter(second, 'queue', 1)
    gate.leave(first)
    // In the same turn: the second run does not know yet that the gate has admitted the run.
    expect(await gate.enter(third, 'skip', 0)).toEqual({ outcome: 'skipped', reason: 'overlap' })
    expect(await waiting).toEqual({ outcome: 'admitted' })
  })

  it('says of a run whose action was not called yet that it waits for a slot', async () => {
    const gate = new KeyGate()
    const first = visitor()
    await gate.enter(first, 'skip', 0)
    first.waitsForSlot = true
    expect(await gate.enter(visitor(), 'skip', 0)).toEqual({ outcome: 'skipped', reason: 'no-slot' })
    first.waitsForSlot = false
    expect(await gate.enter(visitor(), 'skip', 0)).toEqual({ outcome: 'skipped', reason: 'overlap' })
  })

  it('lets in one at a time, in the order of arrival', async () => {
    const gate = new KeyGate()
    const visitors = [visitor(), visitor(), visitor()]
    const inside: number[] = []
    const all = visitors.map(async (each, n) => {
      await gate.enter(each, 'queue', 10)
      inside.push(n)
    })
    await all[0]
    expect([inside, gate.waiting]).toEqual([[0], 2])
    gate.leave(visitors[0] ?? visitor())
    await all[1]
    expect([inside, gate.waiting]).toEqual([[0, 1], 1])
    gate.leave(visitors[1] ?? visitor())
    await all[2]
    expect([inside, gate.waiting]).toEqual([[0, 1, 2], 0])
  })

  it('tells those inside and those in line to go for one that cancels', async () => {
    const gate = new KeyGate()
    const [inside, inLine, newest] = [visitor(), visitor(), visitor()]
    await gate.enter(inside, 'skip', 0)
    const waiting = Promise.resolve(gate.enter(inLine, 'queue', 1)).catch((reason: unknown) => reason)
    const entering = gate.enter(newest, 'cancel', 0)
    expect(inside.cancelledBy).toMatchObject([{ reason: 'superseded' }])
    expect(await waiting).toBe(inLine.cancelledBy[0])
    gate.leave(inside)
    expect(await entering).toEqual({ outcome: 'admitted' })
  })

  it('stays shut for what was abandoned until that has ended', async () => {
    const gate = new KeyGate()
    const [first, second] = [visitor(), visitor()]
    await gate.enter(first, 'skip', 0)
    const ended = gate.abandon('a')
    gate.leave(first)
    expect(await gate.enter(second, 'skip', 0)).toEqual({ outcome: 'skipped', reason: 'abandoned' })
    expect(await gate.enter(visitor('b'), 'skip', 0)).toEqual({ outcome: 'admitted' })
    ended()
    expect(await gate.enter(second, 'skip', 0)).toEqual({ outcome: 'admitted' })
  })
})
