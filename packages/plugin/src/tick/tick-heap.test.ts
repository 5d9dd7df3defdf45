import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TickHeap } from './tick-heap.ts'

describe('TickHeap', () => {
  it('hands jobs out in the order in which they are due, whatever the order of changes', () => {
    const change = fc.record({ name: fc.integer({ min: 0, max: 20 }).map(String), dueAt: fc.option(fc.integer()) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const heap = new TickHeap()
        const model = new Map<string, number>()
        for (const { name, dueAt } of changes) {
          if (dueAt === null) {
            heap.delete(name)
            model.delete(name)
          } else {
            heap.set(name, dueAt)
            model.set(name, dueAt)
          }
          expect(heap.size).toBe(model.size)
          expect(heap.earliest).toBe(model.size === 0 ? undefined : Math.min(...model.values()))
          expect(heap.dueAt(name)).toBe(model.get(name))
        }
        const taken = heap.takeDue(Infinity).map((name) => model.get(name))
        expect(taken).toEqual([...model.values()].toSorted((a, b) => a - b))
        expect(heap.size).toBe(0)
      }),
    )
  })

  it('leaves what is not due, and takes no more than asked for', () => {
    const heap = new TickHeap()
    for (const dueAt of [5, 1, 3, 9]) heap.set(`at ${dueAt}`, dueAt)
    expect(heap.takeDue(5, 2)).toEqual(['at 1', 'at 3'])
    expect(heap.takeDue(5)).toEqual(['at 5'])
    expect(heap.earliest).toBe(9)
  })
})
