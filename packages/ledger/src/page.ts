import type { Fields } from '@s3sched/store'
import type { PageName } from './page-name.ts'

/**
 * A page as it lies in the bucket, never changed in place: a commit makes the next page.
 *
 * Records and entries are kept as JSON text. An unchanged record costs a commit only the copy of its text, and a record
 * that cannot be read is written back as it was found.
 */
export interface Page {
  /** Unique for each write. */
  readonly nonce: string
  /** Grows by one with each commit; the children of a split count on. */
  readonly seq: number
  /** The nonce of the write that made the page, or of the restoration of a lost page. */
  readonly life: string
  /** Set from the split that wrote this page until the first commit of the page. */
  readonly draftOf: DraftOrigin | undefined
  /** Set for ever once the page is split: its records are in its children. */
  readonly split: SplitNote | undefined
  /** The last commit of each recent writer. */
  readonly signs: ReadonlyMap<string, Sign>
  /** The largest `seq` of a sign that was dropped because there were too many. */
  readonly forgotten: number
  /** The JSON text of each record, by key. */
  readonly records: ReadonlyMap<string, string>
  /** By id, oldest first. */
  readonly entries: ReadonlyMap<string, PageEntry>
  /** Fields of other versions of this package, written back as they are. */
  readonly rest: Fields
}

/** The last commit of a writer on a page. */
export interface Sign {
  /** The page's `seq` after that commit. */
  readonly seq: number
  readonly nonce: string
}

/**
 * The version of the parent from which a child was made. A child counts only if the parent's note names this version:
 * other children are left over from a split that never ended.
 */
export interface DraftOrigin {
  readonly page: PageName
  readonly nonce: string
}

export interface SplitNote {
  /** The depth of the children: their names have this number of bits. */
  readonly depth: number
  /** The nonce of the version whose records the children got. */
  readonly of: string
}

/** An appended entry: opaque to the ledger, and with an id, so that no entry is appended twice. */
export interface PageEntry {
  readonly id: string
  /** The record to which the entry belongs; a split puts both into the same child. */
  readonly key: string
  /** JSON. */
  readonly text: string
}

const NO_SIGNS: ReadonlyMap<string, Sign> = new Map()
const NO_RECORDS: ReadonlyMap<string, string> = new Map()
const NO_ENTRIES: ReadonlyMap<string, PageEntry> = new Map()

/** A page that is not in the bucket yet. */
export const EMPTY_PAGE: Page = {
  nonce: '',
  seq: 0,
  life: '',
  draftOf: undefined,
  split: undefined,
  signs: NO_SIGNS,
  forgotten: 0,
  records: NO_RECORDS,
  entries: NO_ENTRIES,
  rest: {},
}

/** A page as an object in the bucket, at some moment. */
export interface KnownPage {
  readonly page: Page
  /** `undefined` for a page that is not in the bucket yet. */
  readonly etag: string | undefined
  /** The number, in the order of calls, of the request that has shown this state: it is no older than that. */
  readonly asOf: number
}

/** The number and the length of all entries, in characters. */
export function sizeOfEntries({ entries }: Page): { readonly count: number; readonly chars: number } {
  let chars = 0
  for (const { text } of entries.values()) chars += text.length
  return { count: entries.size, chars }
}

/** The length of all records, in characters. */
export function recordChars(page: Page): number {
  let chars = 0
  for (const text of page.records.values()) chars += text.length
  return chars
}
