import { expect, it } from 'vitest'
import { PageMemory } from './page-memory.ts'
import { pageNameOf } from './page-name.ts'
import { EMPTY_PAGE, type KnownPage, type Page } from './page.ts'
import { PageRecords } from './page-records.ts'

const known = (page: Partial<Page>): KnownPage => ({
  page: { ...EMPTY_PAGE, life: 'l', nonce: `n${page.seq}`, seq: 1, ...page },
  etag: `"${page.seq}"`,
  asOf: 1,
})

it('finds the page of a key over notes, and over pages that prove a split', () => {
  const memory = new PageMemory()
  expect(memory.leafOf('a')).toBe('')
  memory.remember('', known({ seq: 2, split: { depth: 3, of: 'n1' } }))
  expect(memory.leafOf('a')).toBe(pageNameOf('a', 3))
  expect([memory.isLeaf(''), memory.isLeaf('01'), memory.isLeaf('010')]).toEqual([false, false, true])
  const deep = pageNameOf('a', 5)
  memory.remember(deep, known({ seq: 7 }))
  expect(memory.leafOf('a')).toBe(deep)
  expect(memory.leaves()).toEqual([deep])
})

it('keeps the newer of two states, in whichever order they come', () => {
  const memory = new PageMemory()
  memory.remember('', known({ seq: 5 }))
  expect(memory.remember('', known({ seq: 4 }))).toBeUndefined()
  expect(memory.get('')?.page.seq).toBe(5)
  memory.remember('', known({ seq: 1, life: 'made anew' }))
  expect(memory.get('')?.page.seq).toBe(1)
  // A read that was under way when the page was deleted and made anew.
  memory.remember('', { ...known({ seq: 6 }), asOf: 0 })
  expect(memory.get('')?.page.life).toBe('made anew')
})

it('takes no old state of a page for a leaf once the page is split', () => {
  const memory = new PageMemory()
  memory.remember('', known({ seq: 2, split: { depth: 1, of: 'n1' } }))
  memory.remember('', known({ seq: 1 }))
  expect(memory.get('')).toBeUndefined()
})

it('tells the differences of a page, also over its loss', () => {
  const memory = new PageMemory()
  memory.remember('', known({ seq: 1, records: PageRecords.of([['a', '1']]) }))
  const records = PageRecords.of([['b', '2']])
  expect(memory.remember('', known({ seq: 2, records }))).toEqual({
    page: '',
    keys: ['b', 'a'],
    entries: [],
    isAnew: false,
  })
  expect([memory.lose(''), memory.lose('')]).toEqual([true, false])
  expect(memory.lostPage('')?.records).toEqual(records)
  expect(memory.remember('', known({ seq: 1, life: 'made anew', records }))).toMatchObject({ keys: [], isAnew: true })
  expect(memory.lostPage('')).toBeUndefined()
})
