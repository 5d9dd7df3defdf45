import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortInTurns } from './sort-in-turns.ts'

it('sorts as an array does, however many there are', async () => {
  const size = fc.integer({ min: 0, max: 25_000 })
  await fc.assert(
    fc.asyncProperty(size, fc.integer(), async (count, seed) => {
      const texts = Array.from({ length: count }, (_, index) => `${Math.imul(index ^ seed, 0x9e3779b1) % 5000}`)
      const sorted = texts.toSorted()
      await sortInTurns(texts, async () => {})
      expect(texts).toEqual(sorted)
    }),
    { numRuns: 30 },
  )
})

it('takes some thousands in a turn', async () => {
  let turns = 0
  const turn = async (): Promise<void> => void turns++
  await sortInTurns(['b', 'a'], turn)
  expect(turns).toBe(0)
  await sortInTurns(
    Array.from({ length: 100_000 }, (_, index) => `${100_000 - index}`),
    turn,
  )
  expect(turns).toBeGreaterThan(100_000 / 10_000)
})
