import { expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

it('forgets what was set longest ago when it is full, and only then', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.set('a', 3)).toBe(3)
  expect([map.get('a'), map.get('b'), map.size]).toEqual([3, 2, 2])
  map.set('c', 4)
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2])
})
