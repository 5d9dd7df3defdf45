import fc from 'fast-check'
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

it('finds nothing for what a caller of JavaScript gives in place of a name', () => {
  const table = new NameTable()
  table.numberOf('a')
  for (const value of [undefined, null, 7, {}, ['a']]) expect(table.find(value as never)).toBeUndefined()
  expect(table.find('a')).toBe(0)
})

it('finds very many names, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 500 }), (given) => {
      const table = new NameTable()
      const numbers = new Map<string, number>()
      for (const name of given) {
        if (!numbers.has(name)) numbers.set(name, numbers.size)
        expect(table.numberOf(name)).toBe(numbers.get(name))
      }
      for (const [name, number] of numbers) expect([table.find(name), table.nameOf(number)]).toEqual([number, name])
      expect([table.size, table.find(`not ${given.join()}`)]).toEqual([numbers.size, undefined])
    }),
  )
})

it('has tables by number made for all names at once, and half as long again where names come one by one', () => {
  const table = new NameTable()
  for (let number = 0; number < 1000; number++) table.numberOf(`${number}`)
  expect([table.capacityFor(0), table.capacityFor(666), table.capacityFor(999)]).toEqual([1000, 1000, 1500])
})
