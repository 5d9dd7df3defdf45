import { expect, it } from 'vitest'
import { NameTable } from './name-table.ts'
import { NumberColumn } from './number-column.ts'

it('keeps numbers by those of the names, and has 0 for all others', () => {
  const column = new NumberColumn(new NameTable())
  column.set(3, 1.5)
  column.set(100_000, -7)
  column.set(3, 2.5)
  expect([0, 3, 99_999, 100_000, 100_001, 10_000_000].map((index) => column.get(index))).toEqual([0, 2.5, 0, -7, 0, 0])
})
