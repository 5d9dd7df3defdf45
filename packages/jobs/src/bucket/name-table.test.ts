import { expect, it } from 'vitest'
import { NameTable } from './name-table.ts'

it('numbers names from 0 in the order in which they come, each once', () => {
  const table = new NameTable()
  expect(['b', 'a', 'b', 'c'].map((name) => table.numberOf(name))).toEqual([0, 1, 0, 2])
  expect([...table.names()]).toEqual(['b', 'a', 'c'])
  expect(table.nameOf(1)).toBe('a')
  expect([table.find('c'), table.find('d'), table.size]).toEqual([2, undefined, 3])
})
