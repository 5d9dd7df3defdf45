import type { ReadPage } from './page-reader.ts'
import { recordChars, type DraftOrigin, type KnownPage, type Page, type SplitNote } from './page.ts'
import { PageEntries, type PageEntry } from './page-entries.ts'
import { PageRecords } from './page-records.ts'
import { addSign } from './signs.ts'
import { hashBits, MAX_DEPTH, pagesBelow, type PageName } from './page-name.ts'

export interface PageBounds {
  /** The largest number of records. */
  readonly maxRecords: number
  /** The largest length of all records, in characters of JSON. */
  readonly maxChars: number
  /** Pages of less depth are split at the next commit, at any size. */
  readonly leastDepth: number
}

/** A split makes at most 2^8 children, and so stays a matter of a second. */
const MOST_BITS = 8
/** Children shall have room to grow. */
const FILL = 0.75

/**
 * The depth of the children if a split must precede the write; `undefined` for a page ready to be written.
 *
 * A page with very many new records splits into very many children at once: a split by levels would write all records
 * again for every level.
 */
export function splitDepthOf(next: Page, page: PageName, bounds: PageBounds, growth: number = 1): number | undefined {
  const depth = page.length
  if (depth < bounds.leastDepth) return Math.min(bounds.leastDepth, depth + MOST_BITS)
  const { size } = next.records
  // A single record of any size can't be divided.
  if (size < 2 || depth >= MAX_DEPTH) return undefined
  const load = Math.max(size / bounds.maxRecords, recordChars(next) / bounds.maxChars)
  if (load <= 1) return undefined
  return Math.min(depth + Math.max(1, Math.ceil(Math.log2((load * growth) / FILL))), depth + MOST_BITS, MAX_DEPTH)
}

/**
 * The children of a page, all drafts until the parent's note names the same version. A version of the parent always
 * gives the same children, except for the nonces, so two processes splitting at once write the same.
 *
 * @param newNonce - a new nonce for every child
 */
export function dividePage(parent: Page, page: PageName, depth: number, newNonce: () => string): Map<PageName, Page> {
  const parts = new Map(
    pagesBelow(page, depth).map((name) => [
      name,
      { records: new Map<string, string>(), entries: new Array<PageEntry>() },
    ]),
  )
  // By the bits below the parent alone: a record put into a wrong page by a person is kept all the same.
  const partOf = (key: string) => parts.get(page + hashBits(key, page.length, depth))
  for (const [key, text] of parent.records) partOf(key)?.records.set(key, text)
  for (const entry of parent.entries) partOf(entry.key)?.entries.push(entry)
  const draftOf = { page, nonce: parent.nonce }
  return new Map(
    [...parts].map(([name, { entries, records }]) => {
      const nonce = newNonce()
      const child = { ...parent, nonce, life: nonce, seq: parent.seq + 1, draftOf, entries: PageEntries.of(entries) }
      return [name, { ...child, records: PageRecords.of(records) }]
    }),
  )
}

/**
 * True for a child made from this very version of the parent. A child of an older version may lack commits made since,
 * and a child of a version that never landed may hold changes that were never committed.
 */
export function isDraftOf(child: Page, page: PageName, parent: Page): boolean {
  return child.draftOf?.page === page && child.draftOf.nonce === parent.nonce
}

/**
 * May a draft of another version of the parent be replaced? Only if a read of the parent, made **after** the read of
 * the draft, still shows the splitter's own version: then the draft can't come from a later version.
 */
export function mayReplaceDraft(base: KnownPage, parent: ReadPage): boolean {
  return base.etag === undefined ? parent.outcome === 'missing' : parent.outcome === 'unchanged'
}

/**
 * Does a draft count? Only if the note of the parent names the draft's origin, the version of the parent.
 * @param note - `undefined` for an unsplit parent
 */
export function isChildBy(note: SplitNote | undefined, page: PageName, draftOf: DraftOrigin): boolean {
  return note?.depth === page.length && note.of === draftOf.nonce
}

/** The parent after the split: only a note, and the signs. The signs show the tries that landed before. */
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
    records: PageRecords.of([]),
    entries: PageEntries.NONE,
  }
}
