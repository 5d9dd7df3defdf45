import { expect, it } from 'vitest'
import { systemRandom } from './system-random.ts'

it('draws numbers from 0 up to but not including 1', () => {
  const drawn = Array.from({ length: 1000 }, () => systemRandom.float())
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...drawn)).toBeLessThan(1)
  expect(new Set(drawn).size).toBeGreaterThan(990)
})

it('makes ids that differ, of 22 characters that are safe in a key and in a URL', () => {
  const ids = Array.from({ length: 1000 }, () => systemRandom.id())
  expect(new Set(ids).size).toBe(1000)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
})
