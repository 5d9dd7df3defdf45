import type { ReadPage } from './page-reader.ts'
import { recordChars, type DraftOrigin, type KnownPage, type Page, type PageEntry, type SplitNote } from './page.ts'
import { addSign } from './signs.ts'
import { hashBits, MAX_DEPTH, pagesBelow, type PageName } from './page-name.ts'

export interface PageBounds {
  /** The largest number of records. */
  readonly maxRecords: number
  /** The largest length of all records, in characters of JSON. */
  readonly maxChars: number
  /** Pages of less depth are split at their next commit, whatever their size. */
  readonly leastDepth: number
}

/** A split makes at most 2^8 children, so that a split stays a matter of a second. */
const MOST_BITS = 8
/** Children shall have room to grow. */
const FILL = 0.75

/**
 * The depth of the children if the page must be split before it is written; `undefined` for a page that may be written.
 *
 * A page that is about to get very many records splits into very many children at once: each level by itself would write
 * all records again.
 */
export function splitDepthOf(next: Page, page: PageName, bounds: PageBounds, growth: number = 1): number | undefined {
  const depth = page.length
  if (depth < bounds.leastDepth) return Math.min(bounds.leastDepth, depth + MOST_BITS)
  const { size } = next.records
  // A single record can't be divided, however large it is.
  if (size < 2 || depth >= MAX_DEPTH) return undefined
  const load = Math.max(size / bounds.maxRecords, recordChars(next) / bounds.maxChars)
  if (load <= 1) return undefined
  return Math.min(depth + Math.max(1, Math.ceil(Math.log2((load * growth) / FILL))), depth + MOST_BITS, MAX_DEPTH)
}

/**
 * The children of a page, each a draft until the parent's note names its version. The same version of the parent always
 * gives the same children, except for their nonces, so that two processes that split at once write the same.
 *
 * @param newNonce - a new nonce for each child
 */
export function dividePage(parent: Page, page: PageName, depth: number, newNonce: () => string): Map<PageName, Page> {
  const children = new Map(
    pagesBelow(page, depth).map((name) => {
      const nonce = newNonce()
      const records = new Map<string, string>()
      const entries = new Map<string, PageEntry>()
      const draftOf = { page, nonce: parent.nonce }
      return [name, { ...parent, nonce, life: nonce, seq: parent.seq + 1, draftOf, records, entries }]
    }),
  )
  // By the bits below the parent alone: a record that a person has put into a wrong page is kept all the same.
  const childOf = (key: string) => children.get(page + hashBits(key, page.length, depth))
  for (const [key, text] of parent.records) childOf(key)?.records.set(key, text)
  for (const [id, entry] of parent.entries) childOf(entry.key)?.entries.set(id, entry)
  return children
}

/**
 * True for a child that was made from this very version of its parent. A child of another version may lack what was
 * committed since, or hold what never was.
 */
export function isDraftOf(child: Page, page: PageName, parent: Page): boolean {
  return child.draftOf?.page === page && child.draftOf.nonce === parent.nonce
}

/**
 * May a draft of another version of the parent be replaced? Only if a read of the parent, made **after** the read of the
 * draft, still shows the splitter's own version: then the draft can't be one of a later version.
 */
export function mayReplaceDraft(base: KnownPage, parent: ReadPage): boolean {
  return base.etag === undefined ? parent.outcome === 'missing' : parent.outcome === 'unchanged'
}

/**
 * Does a draft count? It does if the note of its parent names the version from which the draft was made.
 * @param note - `undefined` for a parent that is not split
 */
export function isChildBy(note: SplitNote | undefined, page: PageName, draftOf: DraftOrigin): boolean {
  return note?.depth === page.length && note.of === draftOf.nonce
}

/** The parent after the split: only a note, and the signs that show which tries landed before. */
export function noteOfSplit(parent: Page, depth: number, writer: string, nonce: string): Page {
  const seq = parent.seq + 1
  return {
    ...parent,
    nonce,
    seq,
    life: parent.life === '' ? nonce : parent.life,
    draftOf: undefined,
    split: { depth, of: parent.nonce },
    ...addSign(parent, writer, { seq, nonce }),
    records: new Map(),
    entries: new Map(),
  }
}
