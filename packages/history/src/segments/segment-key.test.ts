import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { START } from '../../test/records.ts'
import { RUN_STATUSES } from '../run-status.ts'
import { endOfDay, parseSegmentKey, segmentKey } from './segment-key.ts'

const aKey = {
  page: '0110',
  newest: START + 5000,
  oldest: START,
  count: 12,
  statuses: new Set(['success', 'skipped'] as const),
  jobs: 'Ab-_',
  hash: 'abcdefgh_-012345',
}

describe('the key of a segment', () => {
  it('tells page, period, count and statuses', () => {
    const key = segmentKey(aKey)
    expect(key).toBe('segments/0110/8232774394999.1767225600000.12.sk.Ab-_.abcdefgh_-012345.ndjson.gz')
    expect(parseSegmentKey(key)).toEqual(aKey)
  })

  it('comes back for any segment, and sorts the newest first', () => {
    const segment = fc.record({
      page: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
      newest: fc.integer({ min: 1, max: 9_999_999_999_999 }),
      count: fc.integer({ min: 1, max: 1000 }),
      statuses: fc.subarray([...RUN_STATUSES], { minLength: 1 }).map((statuses) => new Set(statuses)),
    })
    fc.assert(
      fc.property(segment, segment, (a, b) => {
        const [one, other] = [a, b].map((each) => ({ ...aKey, ...each, oldest: Math.floor(each.newest / 2) }))
        if (one === undefined || other === undefined) throw new Error('no segments')
        expect(parseSegmentKey(segmentKey(one))).toEqual(one)
        const isBefore = segmentKey({ ...one, page: 'p' }) < segmentKey({ ...other, page: 'p' })
        expect(isBefore || one.newest <= other.newest).toBe(true)
      }),
    )
  })

  it.each([
    'segments/0110/notes.txt',
    'segments/notes.txt',
    'runs/0110/8232774394999.1767225600000.12.sk.Ab-_.abcdefgh_-012345.ndjson.gz',
    'segments/../8232774394999.1767225600000.12.sk.Ab-_.abcdefgh_-012345.ndjson.gz',
    'segments/0110/8232774394999.1767225699999.12.sk.Ab-_.abcdefgh_-012345.ndjson.gz',
    'segments/0110/8232774394999.1767225600000.12.sx.Ab-_.abcdefgh_-012345.ndjson.gz',
    'segments/0110/8232774394999.1767225600000.12.ss.Ab-_.abcdefgh_-012345.ndjson.gz',
    'segments/0110/8232774394999.1767225600000.12.sk.Ab-_.abcdefgh_-012345.ndjson.gz/more',
  ])('is not %s', (key) => {
    expect(parseSegmentKey(key)).toBeUndefined()
  })
})

it('a day ends a millisecond before the next', () => {
  expect(endOfDay(START)).toBe(START + 86_399_999)
  expect(endOfDay(START - 1)).toBe(START - 1)
})
