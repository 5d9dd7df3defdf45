import type { Page, Sign } from './page.ts'

/** The largest number of writers whose last commit a page remembers. */
export const MAX_SIGNS = 32

/**
 * The signs after a commit of `writer`. With too many signs the oldest sign is dropped; `forgotten` remembers the
 * largest `seq` of a dropped sign: a writer with a missing sign can tell whether the sign ever stood there.
 */
export function addSign(page: Page, writer: string, sign: Sign): Pick<Page, 'signs' | 'forgotten'> {
  const signs = new Map(page.signs)
  // The map keeps the order of the commits: the first sign is the oldest.
  signs.delete(writer)
  signs.set(writer, sign)
  let { forgotten } = page
  for (const [oldest, { seq }] of signs) {
    if (signs.size <= MAX_SIGNS) break
    signs.delete(oldest)
    forgotten = Math.max(forgotten, seq)
  }
  return { signs, forgotten }
}
