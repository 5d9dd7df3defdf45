import type { Reading } from './page-edit.ts'
import { decodeRecord, type DecodedRecord, type RecordCodec } from './record-codec.ts'
import { sizeOfEntries, type Page } from './page.ts'

/** A page at one moment. Records and entries are parsed on request. */
export interface PageView<R> {
  /** The lowest bits of the hash of the keys, the lowest first; empty for the first page. */
  readonly name: string
  readonly seq: number
  keys(): Iterable<string>
  read(key: string): Reading<R>
  /** The record's JSON; equal texts are equal records. */
  text(key: string): string | undefined
  records(): Iterable<readonly [key: string, record: DecodedRecord<R>]>
  /** Oldest first. */
  entries(): Iterable<ViewedEntry>
  /** The number and the length of the entries, in characters of JSON. */
  readonly entriesSize: { readonly count: number; readonly chars: number }
  /** The page's `seq` after the last commit of a writer. */
  signOf(writer: string): number | undefined
}

export interface ViewedEntry {
  readonly id: string
  /** The key of the record beside the entry. */
  readonly key: string
  /** Parsed JSON of any writer; `undefined` for text other than JSON. */
  readonly value: unknown
}

/** @param unreadable - told of each record that the codec can't read */
export function viewPage<R>(
  name: string,
  page: Page,
  codec: RecordCodec<R>,
  unreadable: (key: string, text: string, problem: string) => void,
): PageView<R> {
  const decode = (key: string, text: string): DecodedRecord<R> => {
    const decoded = decodeRecord(codec, key, text)
    if (decoded.outcome === 'unreadable') unreadable(key, text, decoded.problem)
    return decoded
  }
  return {
    name,
    seq: page.seq,
    keys: () => page.records.keys(),
    read: (key) => {
      const text = page.records.get(key)
      return text === undefined ? { outcome: 'missing' } : decode(key, text)
    },
    text: (key) => page.records.get(key),
    *records() {
      for (const [key, text] of page.records) yield [key, decode(key, text)] as const
    },
    *entries() {
      for (const { id, key, text } of page.entries.values()) yield { id, key, value: parsed(text) }
    },
    get entriesSize() {
      return sizeOfEntries(page)
    },
    signOf: (writer) => page.signs.get(writer)?.seq,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
