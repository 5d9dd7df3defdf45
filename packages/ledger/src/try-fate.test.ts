import { describe, expect, it } from 'vitest'
import { EMPTY_PAGE, type Page } from './page.ts'
import { addSign, MAX_SIGNS } from './signs.ts'
import { fateOfTry } from './try-fate.ts'

const base: Page = { ...EMPTY_PAGE, nonce: 'base', life: 'first', seq: 5 }
const attempt = { writer: 'me', nonce: 'mine', base }
const commit = (page: Page, writer: string, nonce: string): Page => {
  const seq = page.seq + 1
  return { ...page, nonce, seq, ...addSign(page, writer, { seq, nonce }) }
}

describe('the fate of a try', () => {
  it('is open while the replaced version is still there', () => {
    expect(fateOfTry(attempt, base)).toBe('open')
  })

  it('is landed when the page has its nonce, also below later commits of others', () => {
    let page = commit(base, 'me', 'mine')
    expect(fateOfTry(attempt, page)).toBe('landed')
    for (let each = 0; each < MAX_SIGNS - 1; each++) page = commit(page, `other-${each}`, `n${each}`)
    expect(fateOfTry(attempt, page)).toBe('landed')
  })

  it('is landed when the page was split since', () => {
    const page = commit(commit(base, 'me', 'mine'), 'other', 'n')
    expect(fateOfTry(attempt, { ...page, split: { depth: 1, of: 'x' } })).toBe('landed')
  })

  it('is not landed once the page has another version without it', () => {
    expect(fateOfTry(attempt, commit(base, 'other', 'theirs'))).toBe('not-landed')
    const before = commit({ ...base, seq: 3 }, 'me', 'an earlier one')
    expect(fateOfTry({ ...attempt, base: before }, commit(before, 'other', 'theirs'))).toBe('not-landed')
  })

  it('is undecidable when so many others have committed that its sign may have been dropped', () => {
    let page = base
    for (let each = 0; each < MAX_SIGNS; each++) page = commit(page, `other-${each}`, `n${each}`)
    expect(fateOfTry(attempt, page)).toBe('not-landed')
    page = commit(page, 'one more', 'n')
    expect(fateOfTry(attempt, page)).toBe('undecidable')
  })

  it('is undecidable when the page is gone, or was made anew', () => {
    expect(fateOfTry(attempt, undefined)).toBe('undecidable')
    expect(fateOfTry(attempt, { ...base, nonce: 'x', life: 'second', seq: 1 })).toBe('undecidable')
  })

  it('is undecidable when another process signs by the same name', () => {
    const twice = commit(commit(base, 'other', 'theirs'), 'me', 'not mine')
    expect(fateOfTry(attempt, twice)).toBe('undecidable')
    // The page proves the landing of another commit at the place of the try.
    expect(fateOfTry(attempt, commit(base, 'me', 'not mine'))).toBe('not-landed')
  })

  it('is open for a page that is to be made and is not there, and not landed beside the page of another', () => {
    const making = { ...attempt, base: EMPTY_PAGE }
    expect(fateOfTry(making, undefined)).toBe('open')
    expect(fateOfTry(making, commit({ ...EMPTY_PAGE, life: 'theirs' }, 'other', 'theirs'))).toBe('not-landed')
    expect(fateOfTry(making, commit({ ...EMPTY_PAGE, life: 'mine' }, 'me', 'mine'))).toBe('landed')
  })
})

describe('the signs of a page', () => {
  it('are those of the writers that committed last, and the newest dropped one is remembered', () => {
    let page = commit(base, 'first', 'n')
    for (let each = 0; each < MAX_SIGNS - 1; each++) page = commit(page, `other-${each}`, `n${each}`)
    page = commit(page, 'first', 'again')
    expect([page.signs.size, page.forgotten]).toEqual([MAX_SIGNS, 0])
    page = commit(page, 'one more', 'n')
    expect([page.signs.size, page.forgotten]).toEqual([MAX_SIGNS, base.seq + 2])
    expect([page.signs.has('first'), page.signs.has('other-0')]).toEqual([true, false])
  })
})
