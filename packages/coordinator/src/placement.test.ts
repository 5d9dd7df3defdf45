import { stableHash } from '@s3sched/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineUp, rankIn, type Lines } from './placement.ts'

const members = (count: number): string[] => Array.from({ length: count }, (_, index) => `instance-${index}`)
const homes = (lines: Lines): (string | undefined)[] => lines.map(([home]) => home)
const loads = (lines: Lines): number[] => {
  const counts = new Map<string | undefined, number>()
  for (const home of homes(lines)) counts.set(home, (counts.get(home) ?? 0) + 1)
  return [...counts.values()]
}
const moved = (before: Lines, after: Lines): number[] =>
  homes(before).flatMap((home, shard) => (homes(after)[shard] === home ? [] : [shard]))

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 })
const counts = fc.integer({ min: 1, max: 64 })

describe('the spread of shards', () => {
  it('gives no member two more than another, and each shard to somebody', () => {
    fc.assert(
      fc.property(ids, counts, (all, shards) => {
        const lines = lineUp(all, shards)
        expect(lines).toHaveLength(shards)
        expect(Math.max(...loads(lines))).toBeLessThanOrEqual(Math.ceil(shards / all.length))
        expect(Math.min(...loads(lines))).toBeGreaterThanOrEqual(Math.max(1, Math.floor(shards / all.length)))
        expect(loads(lines)).toHaveLength(Math.min(all.length, shards))
      }),
    )
  })

  it('has everybody in every line, once, and does not depend on the order in which they are listed', () => {
    fc.assert(
      fc.property(ids, counts, (all, shards) => {
        const lines = lineUp(all, shards)
        for (const line of lines) expect(line.toSorted()).toEqual(all.toSorted())
        expect(lineUp([...all, ...all].toReversed(), shards)).toEqual(lines)
      }),
    )
  })

  it('has nobody in the lines without members', () => {
    expect(lineUp([], 2)).toEqual([[], []])
  })

  it('sends the shards of one that is gone where the spread without it has them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2 }),
        counts,
        (all, shards) => {
          const lines = lineUp(all, shards)
          const gone = lines[0]?.[0]
          const rest = all.filter((id) => id !== gone)
          const next = lines.map(([home, second]) => (home === gone ? second : undefined))
          const without = homes(lineUp(rest, shards)).map((home, shard) =>
            lines[shard]?.[0] === gone ? home : undefined,
          )
          expect(next).toEqual(without)
        },
      ),
    )
  })

  it('moves few shards that need not move when a member comes', () => {
    let needless = 0
    for (let count = 1; count < 33; count++) {
      const before = lineUp(members(count), 32)
      const after = lineUp(members(count + 1), 32)
      const newcomer = `instance-${count}`
      needless += moved(before, after).filter((shard) => homes(after)[shard] !== newcomer).length
    }
    // 32 members come one after the other, and 31 of the 32 shards leave the first member. The ADR lists the other
    // moves.
    expect(needless).toBeLessThan(64)
  })

  it('never changes: instances of different releases agree on it', () => {
    const lines = lineUp(['a', 'b', 'c', 'd'], 8).map((line) => line.join(''))
    expect(lines).toEqual(['cbda', 'bdca', 'dacb', 'dcab', 'abcd', 'cabd', 'adbc', 'bcda'])
  })

  it('is by name where two members have the same hash', () => {
    const [first, second] = ['instance-507244', 'instance-69919']
    expect(stableHash(`0/1 ${first}`)).toBe(stableHash(`0/1 ${second}`))
    expect(lineUp([first, second], 1)).toEqual([[first, second]])
    expect(lineUp([second, first], 1)).toEqual([[first, second]])
  })
})

describe('the rank in a line', () => {
  const line = ['home', 'second', 'third']

  it('is the place in it', () => {
    expect(line.map((member) => rankIn(line, member, undefined))).toEqual([0, 1, 2])
    expect(rankIn(line, 'stranger', undefined)).toBe(Infinity)
  })

  it('is one less when the shard was at home with who is gone', () => {
    expect(rankIn(line, 'second', 'home')).toBe(0)
    expect(rankIn(line, 'third', 'home')).toBe(1)
  })

  it('stays when another instance released the shard, as in a hand-over', () => {
    expect(rankIn(line, 'home', 'second')).toBe(0)
    expect(rankIn(line, 'third', 'second')).toBe(2)
  })

  it('is that of the home for who comes back to its own shard', () => {
    expect(rankIn(line, 'home', 'home')).toBe(0)
  })
})
