import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BitSet } from './bit-set.ts'

it('answers as a plain set of numbers does', () => {
  const values = fc.uniqueArray(fc.integer({ min: 0, max: 59 }))
  fc.assert(
    fc.property(values, values, (left, right) => {
      const set = BitSet.of(left).union(BitSet.of(right))
      const members = [...new Set([...left, ...right])].toSorted((a, b) => a - b)
      for (let from = 0; from <= 60; from += 1) {
        expect(set.next(from)).toBe(members.find((member) => member >= from) ?? -1)
        expect(set.previous(from - 1)).toBe(members.findLast((member) => member < from) ?? -1)
      }
      for (let value = 0; value < 60; value += 1) expect(set.has(value)).toBe(members.includes(value))
      const low = members.filter((member) => member <= 31)
      expect(set.bits).toBe(low.reduce((bits, member) => bits | (1 << member), 0))
    }),
    { numRuns: 50, seed: 4 },
  )
})
