import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENTRY_WIDTH, hash53, readIndexEntry, indexEntry } from './index-text.ts'

const vouched = fc.record({ etag: fc.string(), from: fc.integer({ min: 0, max: 2 ** 45 }) })

describe('an entry of the index', () => {
  it('says for its own ETag alone from when on ticks count, never later than that and less than a second earlier', () => {
    fc.assert(
      fc.property(fc.array(vouched, { minLength: 1 }), fc.string(), (jobs, other) => {
        const section = jobs.map(({ etag, from }) => indexEntry({ etagHash: hash53(etag), from })).join('')
        for (const [index, { etag, from }] of jobs.entries()) {
          const read = readIndexEntry(section, index, etag) ?? Infinity
          expect(from - read).toBeGreaterThanOrEqual(0)
          expect(from - read).toBeLessThan(1000)
          expect([undefined, etag === other ? read : undefined]).toContain(readIndexEntry(section, index, other))
        }
      }),
    )
  })

  it('says nothing of a job that is not vouched for, nor of an instant that it cannot hold', () => {
    for (const entry of [
      indexEntry(undefined),
      indexEntry({ etagHash: hash53('a'), from: -1 }),
      indexEntry({ etagHash: hash53('a'), from: 1e18 }),
    ]) {
      expect(entry).toHaveLength(ENTRY_WIDTH)
      expect(readIndexEntry(entry, 0, 'a')).toBeUndefined()
    }
  })

  it('says nothing when it is cut off or damaged', () => {
    const entry = indexEntry({ etagHash: hash53('a'), from: 1_700_000_000_000 })
    expect(readIndexEntry(entry, 0, 'a')).toBe(1_700_000_000_000)
    expect(readIndexEntry(entry.slice(0, -1), 0, 'a')).toBeUndefined()
    expect(readIndexEntry(`${entry.slice(0, -1)}!`, 0, 'a')).toBeUndefined()
    expect(readIndexEntry('', 0, 'a')).toBeUndefined()
  })
})
