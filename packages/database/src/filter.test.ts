import { describe, expect, it } from 'vitest'
import { compileFilter } from './filter.ts'

const documents = [
  { id: 'a', n: 1, tags: ['x', 'y'], at: new Date(1000), address: { city: 'Rome' } },
  { id: 'b', n: 2, tags: ['y'], at: new Date(2000), address: { city: 'Paris' } },
  { id: 'c', n: 3, tags: [], at: new Date(3000) },
]

function matching(filter: object): string {
  return documents
    .filter(compileFilter(filter))
    .map(({ id }) => id)
    .join('')
}

describe('compileFilter', () => {
  it.each([
    [{}, 'abc'],
    [{ n: 2 }, 'b'],
    [{ n: { $gt: 1, $lt: 3 } }, 'b'],
    [{ n: { $in: [1, 3] } }, 'ac'],
    [{ n: { $nin: [1, 3] } }, 'b'],
    [{ tags: 'y' }, 'ab'],
    [{ tags: { $size: 0 } }, 'c'],
    [{ 'address.city': 'Rome' }, 'a'],
    [{ address: { $exists: false } }, 'c'],
    [{ $or: [{ n: 1 }, { 'address.city': { $regex: '^P' } }] }, 'ab'],
    [{ $nor: [{ n: 1 }] }, 'bc'],
    [{ n: { $not: { $gt: 1 } } }, 'a'],
    [{ at: { $gte: new Date(2000) } }, 'bc'],
    [{ id: 'c' }, 'c'],
  ])('%j finds %j', (filter, found) => expect(matching(filter)).toBe(found))

  it.each([
    [{ n: { $ltt: 3 } }, "unknown operator '$ltt'. Did you mean '$lt'?"],
    [{ $or: [{ $nope: 1 }] }, "unknown operator '$nope'"],
    [{ $where: 'process.exit()' }, "'$where' is not there"],
    [{ n: { $where: () => true } }, "'$where' is not there"],
    [[], 'expected a filter object'],
    [null, 'expected a filter object'],
  ])('refuses %j', (filter, message) => {
    expect(() => compileFilter(filter)).toThrow(message)
  })
})
