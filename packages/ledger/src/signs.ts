import type { Page, Sign } from './page.ts'

/** The largest number of writers whose last commit a page remembers. */
export const MAX_SIGNS = 32

/**
 * The signs after a commit of `writer`. The oldest sign goes when there are too many; `forgotten` remembers how new a
 * dropped sign was, so that a writer whose sign is missing can tell whether it ever stood there.
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
