/**
 * The job records and the outcomes of runs as the pages of a bucket say, followed write by write. Read by the rules of
 * the format alone, and not by the code under test.
 *
 * Records lie in the pages that count: a page with a note of a split holds none, a child counts once the note of its
 * parent names the version that the child was made from, and so do children whose parent was deleted. A split (drafts,
 * then a note) therefore changes no record. If the note makes children count that lack a change, the job's record goes
 * back, and the checkers of records see the step.
 */
import type { Fields } from '@s3sched/store'
import { parsePage, type PageLines } from './page-lines.ts'
import { recordFields } from './record-fields.ts'

/** A job's record as changed by a write. */
export interface JobWrite {
  readonly job: string
  /** `undefined` for a record that is gone. */
  readonly fields: Fields | undefined
}

/** The outcome of a run in a page. */
export interface OutcomeWrite {
  readonly id: string
  readonly run: Fields
}

/** The changes of records and outcomes by one write or deletion of an object. */
export interface PageChanges {
  readonly jobs: readonly JobWrite[]
  readonly outcomes: readonly OutcomeWrite[]
  /** The outcomes that left the pages. */
  readonly dropped: readonly OutcomeWrite[]
  /** Jobs with a record in more than one page. */
  readonly doubled: readonly string[]
}

const NOTHING: PageChanges = { jobs: [], outcomes: [], dropped: [], doubled: [] }
const KEY = /^jobs\/pages\/(root|[01]+)\.json$/

/** The name of the page in an object; the first page has an empty name. `undefined` for other objects. */
function pageOf(key: string): string | undefined {
  const name = KEY.exec(key)?.[1]
  return name === 'root' ? '' : name
}

export class PageState {
  readonly #pages = new Map<string, PageLines>()

  /** The pages that hold records now, by the keys of their objects. */
  get keys(): string[] {
    return [...this.#counting().keys()].map((page) => `jobs/pages/${page || 'root'}.json`)
  }

  /** @param text - of the whole object; `undefined` for a deletion */
  put(key: string, text: string | undefined): PageChanges {
    const page = pageOf(key)
    if (page === undefined) return NOTHING
    const before = this.#counting()
    const lines = text === undefined ? undefined : parsePage(text, this.#pages.get(page))
    if (lines === undefined) this.#pages.delete(page)
    else this.#pages.set(page, lines)
    const after = this.#counting()
    const [was, is] = [except(before, after), except(after, before)]
    return {
      jobs: jobsBetween(linesOf(was, 'records'), linesOf(is, 'records')),
      ...outcomesBetween(linesOf(was, 'entries'), linesOf(is, 'entries')),
      doubled: doubledIn(is, was, after),
    }
  }

  #counting(): Map<string, PageLines> {
    return new Map([...this.#pages].filter(([page, lines]) => this.#counts(page, lines)))
  }

  #counts(page: string, { draftOf, split }: PageLines): boolean {
    if (split !== undefined) return false
    if (draftOf === undefined) return true
    const parent = this.#pages.get(draftOf.page)
    // The version without a nonce is that of a ledger without a first page: its first split is under way.
    if (parent === undefined) return draftOf.nonce !== ''
    return parent.split?.depth === page.length && parent.split.of === draftOf.nonce
  }
}

type Pages = ReadonlyMap<string, PageLines>

/** The pages of the first map that the second has not, or has otherwise. */
function except(pages: Pages, others: Pages): PageLines[] {
  return [...pages].flatMap(([page, lines]) => (others.get(page) === lines ? [] : [lines]))
}

function linesOf(pages: readonly PageLines[], kind: 'records' | 'entries'): ReadonlyMap<string, string> {
  const [first] = pages
  if (first !== undefined && pages.length === 1) return first[kind]
  return new Map(pages.flatMap((page) => [...page[kind]]))
}

function jobsBetween(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): JobWrite[] {
  const writes: JobWrite[] = []
  for (const job of was.keys()) if (!is.has(job)) writes.push({ job, fields: undefined })
  for (const [job, text] of is) {
    const fields = was.get(job) === text ? undefined : parsed(text, recordFields)
    // A record damaged by hand says nothing until it is whole again.
    if (fields !== undefined) writes.push({ job, fields })
  }
  return writes
}

function outcomesBetween(
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): Pick<PageChanges, 'outcomes' | 'dropped'> {
  return { outcomes: outcomesOf(is, was), dropped: outcomesOf(was, is) }
}

/** The outcomes of the first map that the second has not. */
function outcomesOf(entries: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): OutcomeWrite[] {
  const found: OutcomeWrite[] = []
  for (const [id, text] of entries) {
    const run = others.has(id) ? undefined : parsed(text)
    if (run !== undefined) found.push({ id, run })
  }
  return found
}

/** The jobs that have come into a page and lie in another page, too. */
function doubledIn(changed: readonly PageLines[], before: readonly PageLines[], all: Pages): string[] {
  const known = linesOf(before, 'records')
  return changed.flatMap((page) =>
    [...page.records.keys()].filter(
      (job) => !known.has(job) && [...all.values()].some((other) => other !== page && other.records.has(job)),
    ),
  )
}

function parsed(text: string, parse: (text: string) => Fields = JSON.parse): Fields | undefined {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
