import { expect, it } from 'vitest'
import { NameTable } from './name-table.ts'

it('numbers names from 0 in the order in which they come, each once', () => {
  const table = new NameTable()
  expect(['b', 'a', 'b', 'c'].map((name) => table.numberOf(name))).toEqual([0, 1, 0, 2])
  expect([...table.names()]).toEqual(['b', 'a', 'c'])
  expect(table.nameOf(1)).toBe('a')
  expect([table.find('c'), table.find('d'), table.size]).toEqual([2, undefined, 3])
})

it('finds a name that was looked for in vain before it came, and no other name in its place', () => {
  const table = new NameTable()
  expect([table.find(''), table.find('a')]).toEqual([undefined, undefined])
  expect([table.numberOf('a'), table.find('a')]).toEqual([0, 0])
  expect([table.numberOf('b'), table.find('a'), table.find('b')]).toEqual([1, 0, 1])
})
