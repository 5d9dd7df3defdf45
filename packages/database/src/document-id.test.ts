import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKey } from '@s3sched/store'
import { DatabaseError } from './database-error.ts'
import { idToSegment, segmentToId } from './document-id.ts'

describe('document ids', () => {
  it('come back from the key, which they can not leave', () => {
    const ids = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((id) => id.isWellFormed())
    fc.assert(
      fc.property(ids, (id) => {
        const segment = idToSegment(id)
        expect(segment).toMatch(/^[A-Za-z0-9_%-]+$/)
        expect(segmentToId(segment)).toBe(id)
        expect(() => checkKey(`documents/${segment}.json`)).not.toThrow()
      }),
    )
  })

  it('are different keys when they are different ids', () => {
    const id = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(idToSegment(one) === idToSegment(other)).toBe(one === other)
      }),
    )
  })

  it.each(['..', '.', '../x', '/etc', 'a/b', 'a\0b', '~', '%2e%2e'])('keep %j in its place', (id) => {
    expect(idToSegment(id)).not.toMatch(/[./~\0]/)
    expect(segmentToId(idToSegment(id))).toBe(id)
  })

  it.each([undefined, null, '', 5, {}, '\ud800', 'x'.repeat(201), '😀'.repeat(20)])('refuse %j', (id) => {
    expect(() => idToSegment(id)).toThrow(DatabaseError)
    expect(() => idToSegment(id)).toThrow(/document id .* must/)
  })

  it.each(['%', '%zz', 'a.b', '%41', ''])('are not read from %j, which none of them makes', (segment) => {
    expect(segmentToId(segment)).toBeUndefined()
  })
})
