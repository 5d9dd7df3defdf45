import { describe, expect, it } from 'vitest'
import { compileSort } from './sort-order.ts'

describe('compileSort', () => {
  it('orders values of one kind, and kinds among each other', () => {
    const values = [new Date(2), new Date(1), true, false, 'b', 'a', 10, 9, null, undefined]
    const sorted = values.map((value) => ({ value })).toSorted(compileSort({ value: 1 }))
    expect(sorted.map(({ value }) => value)).toEqual([
      null,
      undefined,
      9,
      10,
      'a',
      'b',
      false,
      true,
      new Date(1),
      new Date(2),
    ])
  })

  it('goes on to the next field where the first is equal, each in its direction', () => {
    const documents = [
      { a: 1, b: { c: 1 } },
      { a: 2, b: { c: 1 } },
      { a: 2, b: { c: 2 } },
    ]
    expect(documents.toSorted(compileSort({ a: -1, 'b.c': 1 }))).toEqual([documents[1], documents[2], documents[0]])
  })

  it('leaves equal documents as they were', () => {
    const documents = [
      { a: {}, n: 1 },
      { a: [], n: 2 },
      { a: {}, n: 3 },
    ]
    expect(documents.toSorted(compileSort({ a: 1 }))).toEqual(documents)
  })

  it.each([{ a: 'asc' }, { a: 0 }, [], 'a'])('refuses %j', (sort) => {
    expect(() => compileSort(sort)).toThrow('expected sort to be like { name: 1 }')
  })
})
