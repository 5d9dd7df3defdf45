import { expect, it } from 'vitest'
import { NumberColumn } from './number-column.ts'

it('keeps numbers by their index, and has 0 for all others', () => {
  const column = new NumberColumn()
  column.set(3, 1.5)
  column.set(100_000, -7)
  column.set(3, 2.5)
  expect([0, 3, 99_999, 100_000, 100_001, 10_000_000].map((index) => column.get(index))).toEqual([0, 2.5, 0, -7, 0, 0])
})
