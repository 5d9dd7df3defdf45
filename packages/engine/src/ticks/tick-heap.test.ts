import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameTable } from '@s3sched/jobs'
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

  it('shares the numbers of the jobs with another heap, and none of its instants', () => {
    const table = new NameTable()
    const [one, other] = [new TickHeap(table), new TickHeap(table)]
    for (let job = 0; job < 1000; job++) (job % 2 === 0 ? one : other).set(`${job}`, 1000 - job)
    expect([one.size, other.size, table.size]).toEqual([500, 500, 1000])
    expect([one.dueAt('998'), other.dueAt('998')]).toEqual([2, undefined])
    one.clear()
    expect([one.dueAt('998'), one.earliest, other.earliest]).toEqual([undefined, undefined, 1])
    other.delete('998')
    expect(other.takeDue(5)).toEqual(['999', '997', '995'])
    one.set('7', 3)
    expect([one.size, one.dueAt('998'), one.takeDue(5)]).toEqual([1, undefined, ['7']])
  })
})
