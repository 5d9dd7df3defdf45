import { stableHash } from '@s3sched/kernel'
import { describe, expect, it } from 'vitest'
import { objectKeyOf, pageNameOf, pageOfObject, pagesBelow } from './page-name.ts'
import { dividePage, isChildBy, isDraftOf, mayReplaceDraft, noteOfSplit, splitDepthOf } from './page-split.ts'
import type { ReadPage } from './page-reader.ts'
import { EMPTY_PAGE, type Page } from './page.ts'
import { PageEntries } from './page-entries.ts'
import { PageRecords } from './page-records.ts'

const BOUNDS = { maxRecords: 100, maxChars: 10_000, leastDepth: 0 }
const pageOf = (records: number, chars = 2): Page => ({
  ...EMPTY_PAGE,
  nonce: 'n',
  life: 'n',
  seq: 9,
  records: PageRecords.of(Array.from({ length: records }, (_, index) => [`job-${index}`, 'x'.repeat(chars)])),
})

describe('the name of a page', () => {
  it('is the lowest bits of the hash, so that a deep page lies in one shard', () => {
    for (const key of ['a', 'report', 'tenant-7/backup']) {
      expect(Number.parseInt(pageNameOf(key, 5).split('').toReversed().join(''), 2)).toBe(stableHash(key) % 32)
      expect(pageNameOf(key, 9).startsWith(pageNameOf(key, 3))).toBe(true)
    }
  })

  it('is told by the key of its object', () => {
    for (const page of ['', '0', '0110']) expect(pageOfObject(objectKeyOf(page))).toBe(page)
    for (const key of ['pages/02.json', 'pages/x.json', 'pages/.json', 'other/0.json']) {
      expect(pageOfObject(key)).toBeUndefined()
    }
  })
})

describe('a page', () => {
  it('is split by the number or the length of its records, and not before', () => {
    expect(splitDepthOf(pageOf(100), '', BOUNDS)).toBeUndefined()
    expect(splitDepthOf(pageOf(101), '', BOUNDS)).toBe(1)
    expect(splitDepthOf(pageOf(101), '010', BOUNDS)).toBe(4)
    // With its key, such a record has 1,000 characters.
    expect(splitDepthOf(pageOf(10, 992), '', BOUNDS)).toBeUndefined()
    expect(splitDepthOf(pageOf(10, 993), '', BOUNDS)).toBe(1)
  })

  it('is split into many children at once when it is about to get many records', () => {
    expect(splitDepthOf(pageOf(1000), '', BOUNDS)).toBe(4)
    expect(splitDepthOf(pageOf(1000), '', BOUNDS, 10)).toBe(8)
  })

  it('is split by at most eight bits, and to the largest depth at most', () => {
    expect(splitDepthOf(pageOf(1000), '010', BOUNDS, 1e6)).toBe(11)
    expect(splitDepthOf(pageOf(1000), '0'.repeat(20), BOUNDS, 1e6)).toBe(24)
    expect(splitDepthOf(pageOf(0), '010', { ...BOUNDS, leastDepth: 12 })).toBe(11)
  })

  it('is not split for a single record, or beyond the largest depth', () => {
    expect(splitDepthOf(pageOf(1, 1_000_000), '', BOUNDS)).toBeUndefined()
    expect(splitDepthOf(pageOf(2, 10_000), '', BOUNDS)).toBe(2)
    expect(splitDepthOf(pageOf(101), '0'.repeat(24), BOUNDS)).toBeUndefined()
  })

  it('is split at once while it is not as deep as it must be', () => {
    expect(splitDepthOf(pageOf(0), '', { ...BOUNDS, leastDepth: 3 })).toBe(3)
    expect(splitDepthOf(pageOf(0), '010', { ...BOUNDS, leastDepth: 3 })).toBeUndefined()
  })
})

describe('the children of a page', () => {
  const parent: Page = {
    ...pageOf(200),
    signs: new Map([['w', { seq: 9, nonce: 'n' }]]),
    entries: PageEntries.of([{ id: 'run', key: 'job-3', text: '1' }]),
    rest: { later: 1 },
  }
  let nonces = 0
  const children = dividePage(parent, '', 2, () => `c${++nonces}`)

  it('have each record and each entry once, where it is looked for', () => {
    expect([...children.keys()]).toEqual(pagesBelow('', 2))
    for (const [key, text] of parent.records) {
      const holders = [...children].filter(([, child]) => child.records.has(key))
      expect(holders.map(([name]) => name)).toEqual([pageNameOf(key, 2)])
      expect(holders[0]?.[1].records.get(key)).toBe(text)
    }
    expect(children.get(pageNameOf('job-3', 2))?.entries.has('run')).toBe(true)
    expect([...children.values()].map(({ entries }) => entries.size).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1])
  })

  it('take over the signs, the count and the unknown fields', () => {
    for (const child of children.values()) {
      expect(child).toMatchObject({ seq: 10, signs: parent.signs, rest: parent.rest, split: undefined })
    }
  })

  it('have a life and a nonce of their own, each', () => {
    const made = [...children.values()].map(({ life, nonce }) => [life, nonce])
    expect(made).toEqual(['c1', 'c2', 'c3', 'c4'].map((nonce) => [nonce, nonce]))
  })

  it('are told by a note, which is signed, and keeps the life of the parent', () => {
    const note = noteOfSplit({ ...parent, draftOf: { page: '', nonce: 'p' } }, 2, 'v', 'note')
    expect(note).toMatchObject({ nonce: 'note', life: 'n', draftOf: undefined, rest: parent.rest })
    expect(note.signs.get('v')).toEqual({ seq: 10, nonce: 'note' })
    expect(note.signs.get('w')).toEqual({ seq: 9, nonce: 'n' })
    expect(noteOfSplit(EMPTY_PAGE, 2, 'w', 'note').life).toBe('note')
  })

  it('keep a record that somebody has put into the wrong page', () => {
    const wrong = pageNameOf('job-1', 1) === '0' ? '1' : '0'
    const divided = dividePage({ ...parent, records: PageRecords.of([['job-1', '1']]) }, wrong, 2, () => 'c')
    expect([...divided.values()].filter((child) => child.records.has('job-1'))).toHaveLength(1)
  })

  it('count by the note of the very version from which they were made', () => {
    const note = noteOfSplit(parent, 2, 'w', 'note')
    expect(note).toMatchObject({ seq: 10, split: { depth: 2, of: 'n' } })
    expect(note.records.size + note.entries.size).toBe(0)
    const child = children.get('01')
    const draftOf = child?.draftOf ?? { page: '', nonce: '' }
    expect(child && isDraftOf(child, '', parent)).toBe(true)
    expect(child && isDraftOf(child, '', { ...parent, nonce: 'later' })).toBe(false)
    expect(child && isDraftOf(child, '0', parent)).toBe(false)
    expect(isDraftOf(parent, '', parent)).toBe(false)
    expect(note.split && isChildBy(note.split, '01', draftOf)).toBe(true)
    expect(isChildBy({ depth: 2, of: 'later' }, '01', draftOf)).toBe(false)
    expect(isChildBy({ depth: 3, of: 'n' }, '01', draftOf)).toBe(false)
    expect(isChildBy(undefined, '01', draftOf)).toBe(false)
  })

  it('are replaced as drafts of another version only while the parent is as it was before the split', () => {
    const reads: readonly ReadPage[] = [
      { outcome: 'missing', asOf: 2 },
      { outcome: 'unchanged', asOf: 2 },
      { outcome: 'unreadable', problem: '?' },
    ]
    const mayReplace = (etag: string | undefined): readonly boolean[] =>
      reads.map((read) => mayReplaceDraft({ page: parent, etag, asOf: 1 }, read))
    expect(mayReplace(undefined)).toEqual([true, false, false])
    expect(mayReplace('"e"')).toEqual([false, true, false])
  })
})
