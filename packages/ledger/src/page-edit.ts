import { describe } from '@s3sched/kernel'
import type { Entry } from './change.ts'
import { LedgerError } from './ledger-error.ts'
import type { PageEntry } from './page-entries.ts'
import type { Page } from './page.ts'
import { decodeRecord, encodeRecord, type DecodedRecord, type RecordCodec } from './record-codec.ts'
import { addSign } from './signs.ts'
import type { UnreadableRecords } from './unreadable-records.ts'

/** A record as a change finds it. */
export type Reading<R> = DecodedRecord<R> | { readonly outcome: 'missing' }

const NO_ENTRIES: readonly never[] = []
const MISSING = { outcome: 'missing' } as const

/**
 * The longest JSON of a record or an entry, in characters: a larger record would make the page too large for the store,
 * and so fail the changes of all records there.
 */
const MAX_CHARS = 1024 * 1024

/** The next state of a page during the changes, applied in turn; the page itself stays as read. */
export class PageEdit<R> {
  readonly page: Page
  readonly #codec: RecordCodec<R>
  readonly #unreadable: Pick<UnreadableRecords, 'problemOf'> | undefined
  /** Changed records, `undefined` for a removed one. */
  readonly #records = new Map<string, { readonly record: R; readonly text: string } | undefined>()
  readonly #appended = new Map<string, PageEntry>()
  readonly #dropped = new Set<string>()
  #isTouched = false

  /** @param unreadable - knows the records that were found to be unreadable */
  constructor(page: Page, codec: RecordCodec<R>, unreadable?: Pick<UnreadableRecords, 'problemOf'>) {
    this.page = page
    this.#codec = codec
    this.#unreadable = unreadable
  }

  /** True if there is something to write. */
  get isChanged(): boolean {
    return this.#isTouched
  }

  read(key: string): Reading<R> {
    if (this.#records.has(key)) {
      const changed = this.#records.get(key)
      return changed === undefined ? MISSING : { outcome: 'read', record: changed.record }
    }
    const text = this.page.records.get(key)
    if (text === undefined) return MISSING
    const problem = this.#unreadable?.problemOf(key, text)
    return problem === undefined ? decodeRecord(this.#codec, key, text) : { outcome: 'unreadable', problem }
  }

  hasEntry(id: string): boolean {
    return this.#appended.has(id) || (this.page.entries.has(id) && !this.#dropped.has(id))
  }

  /**
   * Sets or, with `undefined`, removes a record, and appends entries; all or nothing. Returns the record's JSON.
   * @throws the error of the codec, {@link LedgerError} `INVALID_ARGUMENT` for more than a million characters
   */
  write(key: string, record: R | undefined, entries: readonly Entry[] = NO_ENTRIES): string | undefined {
    const next = record === undefined ? undefined : { record, text: checked(key, encodeRecord(this.#codec, record)) }
    const appended = entries.length === 0 ? NO_ENTRIES : this.#newEntries(key, entries)
    this.#isTouched = true
    this.#records.set(key, next)
    for (const entry of appended) this.#appended.set(entry.id, entry)
    return next?.text
  }

  #newEntries(key: string, entries: readonly Entry[]): readonly PageEntry[] {
    return entries.filter(({ id }) => !this.hasEntry(id)).map((entry) => entryOf(key, entry))
  }

  /** Drops entries by their ids. */
  drop(ids: readonly string[]): void {
    for (const id of ids) {
      if (!this.hasEntry(id)) continue
      this.#isTouched = true
      this.#appended.delete(id)
      this.#dropped.add(id)
    }
  }

  /** Lets the commit take place without any other change. */
  touch(): void {
    this.#isTouched = true
  }

  /** The next page. The sign makes the commit recognisable. */
  finish(writer: string, nonce: string): Page {
    const { page } = this
    const seq = page.seq + 1
    return {
      ...page,
      nonce,
      seq,
      life: page.life === '' ? nonce : page.life,
      draftOf: undefined,
      ...addSign(page, writer, { seq, nonce }),
      records: page.records.changed(this.#records),
      entries: page.entries.changed(this.#appended.values(), this.#dropped),
    }
  }
}

function entryOf(key: string, { id, text }: Entry): PageEntry {
  if (text === '' || id === '') throw new TypeError(`expected the entry '${id}' to have an id and a text of JSON`)
  return { id, key, text: checked(id, text) }
}

function checked(name: string, text: string): string {
  if (text.length <= MAX_CHARS) return text
  throw new LedgerError(`${describe(name)} has ${text.length} characters of JSON; the limit is ${MAX_CHARS}`, {
    code: 'INVALID_ARGUMENT',
    suggestion: 'Keep large parts in objects of their own',
  })
}
