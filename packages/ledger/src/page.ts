import type { Fields } from '@s3sched/store'
import type { PageName } from './page-name.ts'
import { PageEntries } from './page-entries.ts'
import { PageRecords } from './page-records.ts'

/**
 * The content of a page's object, never changed in place: a commit makes the next page.
 *
 * Records and entries are kept as JSON text. An unchanged record costs a commit only the copy of the text, and an
 * unreadable record is written back as found.
 */
export interface Page {
  /** Unique for every write. */
  readonly nonce: string
  /** Grows by 1 with every commit; the children of a split count on. */
  readonly seq: number
  /** The nonce of the write that made the page, or of the restoration of a lost page. */
  readonly life: string
  /** Set from the split to the first commit of the page. */
  readonly draftOf: DraftOrigin | undefined
  /** Set for ever after the split of the page: the records are in the children. */
  readonly split: SplitNote | undefined
  /** The last commit of every recent writer. */
  readonly signs: ReadonlyMap<string, Sign>
  /** The largest `seq` of a sign dropped because of too many signs. */
  readonly forgotten: number
  readonly records: PageRecords
  readonly entries: PageEntries
  /** Fields of other versions of the package, written back unchanged. */
  readonly rest: Fields
}

/** The last commit of a writer on a page. */
export interface Sign {
  /** The page's `seq` after the commit. */
  readonly seq: number
  readonly nonce: string
}

/**
 * The origin of a child: a version of the parent. A child counts only if the parent's note names the same version:
 * other children are left over from an unfinished split.
 */
export interface DraftOrigin {
  readonly page: PageName
  readonly nonce: string
}

export interface SplitNote {
  /** The depth of the children: the number of bits in the names. */
  readonly depth: number
  /** The nonce of the version with the records of the children. */
  readonly of: string
}

const NO_SIGNS: ReadonlyMap<string, Sign> = new Map()

/** A page without an object in the bucket yet. */
export const EMPTY_PAGE: Page = {
  nonce: '',
  seq: 0,
  life: '',
  draftOf: undefined,
  split: undefined,
  signs: NO_SIGNS,
  forgotten: 0,
  records: PageRecords.of([]),
  entries: PageEntries.NONE,
  rest: {},
}

/** A page as an object in the bucket, at some moment. */
export interface KnownPage {
  readonly page: Page
  /** `undefined` for a page without an object yet. */
  readonly etag: string | undefined
  /** The number, in the order of calls, of the request for this state: the state is no older than the request. */
  readonly asOf: number
}

/** The number and the length of all entries, in characters. */
export function sizeOfEntries({ entries }: Page): { readonly count: number; readonly chars: number } {
  let chars = 0
  for (const { text } of entries) chars += text.length
  return { count: entries.size, chars }
}

/** The length of all records with their keys; a character outside of ASCII counts by its bytes. */
export function recordChars(page: Page): number {
  return page.records.length
}
