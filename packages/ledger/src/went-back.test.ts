import { expect, it } from 'vitest'
import { EMPTY_PAGE, type KnownPage, type Page } from './page.ts'
import { wentBack, wentBackError } from './went-back.ts'

const known = (page: Partial<Page>): KnownPage => ({
  page: { ...EMPTY_PAGE, life: 'first', seq: 5, ...page },
  etag: '"e"',
  asOf: 1,
})
const read = (page: Partial<Page>) => ({ outcome: 'page', known: known(page), serverTime: undefined }) as const
const base = known({})

it('takes an older state of the same page, read after a newer one, for a page that went back', () => {
  expect(wentBack(read({ seq: 4 }), base)).toBe(true)
})

it('does not take the same state, or a newer one, for a page that went back', () => {
  expect(wentBack(read({ seq: 5 }), base)).toBe(false)
  expect(wentBack(read({ seq: 6 }), base)).toBe(false)
})

it('does not take a page that was made anew for one that went back, which counts from 1 again', () => {
  expect(wentBack(read({ seq: 1, life: 'second' }), base)).toBe(false)
})

it('learns nothing from a page that is gone, unchanged or unreadable', () => {
  expect(wentBack({ outcome: 'missing', asOf: 2 }, base)).toBe(false)
  expect(wentBack({ outcome: 'unchanged', asOf: 2 }, base)).toBe(false)
  expect(wentBack({ outcome: 'unreadable', problem: 'cut short' }, base)).toBe(false)
})

it('names the page and its lost commit, and tells how to put a backup back', () => {
  const error = wentBackError('01', base)
  expect(error).toMatchObject({ code: 'WENT_BACK', retriable: false })
  expect(error.message).toBe(
    'page 01 is older than its commit 5, which was there. Stop all instances before a backup of the bucket is put back: what was changed since then is gone',
  )
  expect(wentBackError('', base).message).toMatch(/^page root is older/)
})
