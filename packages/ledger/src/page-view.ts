import type { Reading } from './page-edit.ts'
import { decodeRecord, type DecodedRecord, type RecordCodec } from './record-codec.ts'
import type { PageEntry } from './page-entries.ts'
import { sizeOfEntries, type Page } from './page.ts'
import type { UnreadableRecords } from './unreadable-records.ts'

/** A page at one moment. Records are parsed on request. */
export interface PageView<R> {
  /** The lowest bits of the hash of the keys, the lowest first; empty for the first page. */
  readonly name: string
  readonly seq: number
  /** The keys of the records. */
  keys(): Iterable<string>
  /** The record of a key. */
  read(key: string): Reading<R>
  /** The record's JSON; equal texts are equal records. */
  text(key: string): string | undefined
  /** A number that no other state of the record, and no other record, has in this process. */
  mark(key: string): number | undefined
  /** The readable records. */
  records(): Iterable<readonly [key: string, record: DecodedRecord<R>]>
  /** Oldest first. */
  entries(): Iterable<PageEntry>
  /** The number and the length of the entries, in characters of JSON. */
  readonly entriesSize: { readonly count: number; readonly chars: number }
  /** The page's `seq` after the last commit of a writer. */
  signOf(writer: string): number | undefined
}

/** A class, since views are made for each look at a record. */
export class StoredPageView<R> implements PageView<R> {
  readonly name: string
  readonly page: Page
  readonly #codec: RecordCodec<R>
  readonly #unreadable: UnreadableRecords

  /** @param unreadable - knows and is told of each record that the codec can't read */
  constructor(name: string, page: Page, codec: RecordCodec<R>, unreadable: UnreadableRecords) {
    this.name = name
    this.page = page
    this.#codec = codec
    this.#unreadable = unreadable
  }

  get seq(): number {
    return this.page.seq
  }

  get entriesSize(): PageView<R>['entriesSize'] {
    return sizeOfEntries(this.page)
  }

  keys(): Iterable<string> {
    return this.page.records.keys()
  }

  read(key: string): Reading<R> {
    const text = this.page.records.get(key)
    return text === undefined ? { outcome: 'missing' } : this.#decode(key, text)
  }

  text(key: string): string | undefined {
    return this.page.records.get(key)
  }

  mark(key: string): number | undefined {
    return this.page.records.mark(key)
  }

  *records(): Generator<readonly [key: string, record: DecodedRecord<R>]> {
    for (const [key, text] of this.page.records) yield [key, this.#decode(key, text)]
  }

  entries(): Iterable<PageEntry> {
    return this.page.entries
  }

  signOf(writer: string): number | undefined {
    return this.page.signs.get(writer)?.seq
  }

  #decode(key: string, text: string): DecodedRecord<R> {
    const known = this.#unreadable.problemOf(key, text)
    if (known !== undefined) return { outcome: 'unreadable', problem: known }
    const decoded = decodeRecord(this.#codec, key, text)
    if (decoded.outcome === 'unreadable') {
      this.#unreadable.found({ page: this.name, key, problem: decoded.problem }, text)
    }
    return decoded
  }
}
