import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shardsToHandOver, wantedShards, type Holders } from './hand-over.ts'
import { lineUp } from './placement.ts'

const lines = lineUp(['a', 'b', 'c'], 8)
const of = (text: string): Holders => text.split('').map((holder) => (holder === '.' ? undefined : holder))

describe('what an instance asks for', () => {
  it('is nothing while nobody holds two more', () => {
    expect(wantedShards(lines, 'a', of('aaabbbcc'), 8)).toEqual([])
    expect(wantedShards(lines, 'a', of('........'), 8)).toEqual([])
  })

  it('comes from those who hold the most, until nobody holds two more', () => {
    const holders = of('bbbbbccc')
    const wanted = wantedShards(lines, 'a', holders, 8)
    expect(wanted.map((shard) => holders[shard])).toEqual(['b', 'b'])
  })

  it('is told by the numbers of the shards', () => {
    const many = lineUp(['a', 'b'], 16)
    const wanted = wantedShards(many, 'a', of('b'.repeat(16)), 16)
    expect(wanted.length).toBeGreaterThan(4)
    expect(wanted).toEqual(wanted.toSorted((one, other) => one - other))
    const turns = wantedShards(lineUp(['a', 'b', 'c'], 10), 'a', of('bbbbbccccc'), 10)
    expect(turns.map((shard) => shard < 5)).toEqual([true, true, false])
  })

  it('is no more than its share', () => {
    expect(wantedShards(lines, 'a', of('bbbbbbbb'), 3)).toHaveLength(3)
  })

  it('is what the lines would give it, where there is a choice', () => {
    const home = lines.findIndex(([first]) => first === 'a')
    expect(wantedShards(lines, 'a', of('bbbbbbbb'), 1)).toEqual([home])
  })
})

describe('what an instance hands over', () => {
  it('is nothing that nobody asks for', () => {
    expect(shardsToHandOver('a', of('aaaaaaaa'), [{ workerId: 'b', wants: [], holds: 0 }])).toEqual([])
  })

  it('is nothing to somebody who would hold as many then', () => {
    expect(shardsToHandOver('a', of('aaa'), [{ workerId: 'b', wants: [0], holds: 2 }])).toEqual([])
    expect(shardsToHandOver('a', of('aaa'), [{ workerId: 'b', wants: [0], holds: 1 }])).toEqual([0])
  })

  it('is nothing that it does not hold', () => {
    expect(shardsToHandOver('a', of('bbaa'), [{ workerId: 'b', wants: [0, 1], holds: 0 }])).toEqual([])
  })

  it('is no shard twice, and none of its own wishes', () => {
    const wants = [0]
    const peers = ['a', 'b', 'c'].map((workerId) => ({ workerId, wants, holds: 0 }))
    expect(shardsToHandOver('a', of('aaaaaaaa'), peers)).toEqual([0])
    expect(shardsToHandOver('a', of('aaaaaaaa'), [{ workerId: 'a', wants, holds: 0 }])).toEqual([])
  })

  it('is a quarter of what it holds at a time, to those who hold the fewest', () => {
    const wants = [0, 1, 2, 3, 4, 5, 6, 7]
    const peers = [
      { workerId: 'b', wants, holds: 1 },
      { workerId: 'c', wants: wants.toReversed(), holds: 0 },
    ]
    expect(shardsToHandOver('a', of('aaaaaaaa'), peers)).toEqual([7, 0])
  })
})

it('makes any spread even, and then rests, even where each instance knows other members', () => {
  const members = ['a', 'b', 'c', 'd', 'e']
  const spread = fc.array(fc.constantFrom(...members), { minLength: 1, maxLength: 64 })
  const views = fc.array(fc.subarray(members), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(spread, views, (first, known) => {
      let holders: Holders = first
      for (let moves = 1; moves > 0;) {
        moves = 0
        const peers = members.map((workerId, index) => {
          const seen = lineUp([workerId, ...(known[index] ?? [])], holders.length)
          const wants = wantedShards(seen, workerId, holders, holders.length)
          return { workerId, wants, holds: holders.filter((holder) => holder === workerId).length }
        })
        for (const me of members) {
          for (const shard of shardsToHandOver(me, holders, peers)) {
            const to = peers.find(({ wants, workerId }) => workerId !== me && wants.includes(shard))
            const before = squares(holders)
            holders = holders.map((holder, each) => (each === shard ? to?.workerId : holder))
            moves++
            // Several requesters at once may overshoot by the shards on their way, but not for ever.
            expect(squares(holders)).toBeLessThanOrEqual(before + 2 * holders.length)
          }
          if (moves > 0) break // the instances look again
        }
      }
      const loads = members.map((member) => holders.filter((holder) => holder === member).length)
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1)
    }),
  )
})

function squares(holders: Holders): number {
  const loads = new Map<string | undefined, number>()
  for (const holder of holders) loads.set(holder, (loads.get(holder) ?? 0) + 1)
  return [...loads.values()].reduce((sum, load) => sum + load ** 2, 0)
}
