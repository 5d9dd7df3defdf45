import { isUtf8 } from 'node:buffer'
import { describe, isObject } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { isToken, readToken } from './json-token.ts'
import type { LineBytes } from './line-bytes.ts'
import { PageEntries, type PageEntry } from './page-entries.ts'
import { PageRecords } from './page-records.ts'
import type { DraftOrigin, Page, Sign, SplitNote } from './page.ts'

/*
 * A page is one JSON document. Each record and each entry has a line of its own:
 *
 *   {"v":1,"nonce":"…","seq":7,…,"records":{
 *   "report":{…},
 *   "backup":{…}
 *   },"entries":[
 *   ["run-1","report",{…}]
 *   ]}
 *
 * JSON text has no line break inside of a string, so lines can be cut without parsing. A page is read in a tenth of the
 * time of JSON.parse, an unchanged record is never parsed, and a damaged line is one damaged record. A page in another
 * layout, written by another tool, is read as plain JSON.
 */

/** The written version of the format, and the newest readable version. */
const VERSION = 1
const RECORDS = '"records":{'
const ENTRIES = '},"entries":['
const END = ']}'

export type DecodedPage =
  | { readonly outcome: 'page'; readonly page: Page }
  | { readonly outcome: 'unreadable'; readonly problem: string }

export function encodePage(page: Page): Uint8Array {
  const { draftOf, entries, forgotten, life, nonce, records, rest, seq, signs, split } = page
  const header = JSON.stringify({
    v: VERSION,
    nonce,
    seq,
    life,
    ...(draftOf === undefined ? {} : { draftOf }),
    ...(split === undefined ? {} : { split }),
    ...(forgotten === 0 ? {} : { forgotten }),
    signs: [...signs].map(([writer, sign]) => [writer, sign.seq, sign.nonce]),
    ...rest,
  })
  const parts = [`${header.slice(0, -1)},${RECORDS}`, records.lines, ENTRIES, entries.lines, END]
  return bytesOf(parts.filter(({ length }) => length > 0))
}

/** The parts in UTF-8, with a line break between them. Each is written in place: a page is long, and its text twice as long. */
function bytesOf(parts: readonly (string | LineBytes)[]): Uint8Array {
  let size = parts.length - 1
  for (const part of parts) size += typeof part === 'string' ? Buffer.byteLength(part) : part.length
  const body = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const part of parts) {
    if (at > 0) at += body.write('\n', at)
    at += typeof part === 'string' ? body.write(part, at) : part.moveTo(body.subarray(at, at + part.length)).length
  }
  return body
}

/** The reverse of {@link encodePage}, for bytes from any writer. */
export function decodePage(body: Uint8Array): DecodedPage {
  if (!isUtf8(body)) return { outcome: 'unreadable', problem: 'it is not UTF-8' }
  const bytes = ownBytes(body)
  try {
    const parts = readLines(bytes) ?? readJson(bytes.toString())
    return { outcome: 'page', page: pageOf(parts) }
  } catch (error) {
    return { outcome: 'unreadable', problem: error instanceof Error ? error.message : String(error) }
  }
}

/** A page keeps the bytes: as a small part of a larger memory, they would keep all of it. */
function ownBytes(body: Uint8Array): Buffer {
  const isAlone = body.byteLength * 2 >= body.buffer.byteLength
  return isAlone ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : Buffer.from(body)
}

interface Parts {
  readonly header: Fields
  readonly records: PageRecords
  readonly entries: PageEntries
}

/** Cuts the records and the entries out of the bytes. `undefined` for another layout. */
function readLines(bytes: Buffer): Parts | undefined {
  const start = bytes.indexOf(`,${RECORDS}\n`)
  const middle = bytes.lastIndexOf(`\n${ENTRIES}\n`)
  const from = start + RECORDS.length + 2
  const isOurs = bytes.indexOf('\n') === from - 1 && middle >= from - 1 && endsWith(bytes, `\n${END}`)
  if (start === -1 || !isOurs) return undefined
  const records = PageRecords.read(bytes.subarray(from, Math.max(from, middle)))
  const entries = readEntries(bytes.subarray(middle + ENTRIES.length + 2))
  if (records === undefined || entries === undefined) return undefined
  return { header: JSON.parse(`${bytes.toString('utf8', 0, start)}}`) as Fields, records, entries }
}

function endsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString('latin1', bytes.length - text.length) === text
}

/** @param bytes - the lines of the entries and the end of the page */
function readEntries(bytes: Buffer): PageEntries | undefined {
  const text = bytes.toString()
  const entries: PageEntry[] = []
  const length = Math.max(0, text.length - END.length - 1)
  // Another program may have left a comma out, or added one.
  let isRegular = true
  for (let from = 0; from < length;) {
    const end = text.indexOf('\n', from)
    const endOfEntry = endOfValue(text, end)
    const entry = readEntry(text, from, endOfEntry)
    if (entry === undefined) return undefined
    entries.push(entry)
    isRegular &&= endOfEntry < end === end < length
    from = end + 1
  }
  return PageEntries.of(entries, isRegular ? bytes.subarray(0, Math.max(0, bytes.length - END.length - 1)) : undefined)
}

/** Each line of a list ends with a comma, except the last. */
function endOfValue(text: string, endOfLine: number): number {
  return text[endOfLine - 1] === ',' ? endOfLine - 1 : endOfLine
}

function readEntry(text: string, from: number, end: number): PageEntry | undefined {
  const id = text[from] === '[' ? readToken(text, from + 1) : undefined
  if (id === undefined || text[id.end] !== ',') return undefined
  const key = readToken(text, id.end + 1)
  if (key === undefined || key.end >= end || text[key.end] !== ',' || text[end - 1] !== ']') return undefined
  return { id: id.text, key: key.text, text: text.slice(key.end + 1, end - 1) }
}

function readJson(text: string): Parts {
  const parsed: unknown = JSON.parse(text)
  if (!isObject(parsed)) throw new Error(`expected an object, got ${describe(parsed)}`)
  const { records = {}, entries = [], ...header } = parsed
  if (!isObject(records)) throw new Error(`its records make no sense (${describe(records)})`)
  if (!Array.isArray(entries)) throw new Error(`its entries make no sense (${describe(entries)})`)
  return {
    header,
    records: PageRecords.of(Object.entries(records).map(([key, value]) => [key, JSON.stringify(value)])),
    entries: PageEntries.of((entries as unknown[]).map((entry) => entryOf(entry))),
  }
}

function entryOf(entry: unknown): PageEntry {
  if (!Array.isArray(entry)) throw new Error(`an entry makes no sense (${describe(entry)})`)
  const [id, key, value] = entry as unknown[]
  if (typeof id !== 'string' || typeof key !== 'string' || value === undefined) {
    throw new Error(`an entry makes no sense (${describe(entry)})`)
  }
  return { id, key, text: JSON.stringify(value) }
}

function pageOf({ entries, header, records }: Parts): Page {
  const { v, nonce, seq, life, draftOf, split, forgotten = 0, signs = [], ...rest } = header
  if (!isCount(v) || v < 1) throw new Error(`it has no format version (v is ${describe(v)})`)
  if (v > VERSION) throw new Error(`its format version ${v} is newer than ${VERSION}; upgrade s3sched`)
  if (!isToken(nonce)) throw senseless('nonce', nonce)
  if (!isCount(seq)) throw senseless('seq', seq)
  if (!isToken(life)) throw senseless('life', life)
  if (!isCount(forgotten)) throw senseless('forgotten', forgotten)
  if (draftOf !== undefined && !isDraftOrigin(draftOf)) throw senseless('draftOf', draftOf)
  if (split !== undefined && !isSplitNote(split)) throw senseless('split', split)
  return { nonce, seq, life, draftOf, split, forgotten, signs: signsOf(signs), records, entries, rest }
}

function signsOf(signs: unknown): ReadonlyMap<string, Sign> {
  if (!Array.isArray(signs)) throw senseless('signs', signs)
  return new Map(
    (signs as unknown[]).map((row) => {
      const [writer, seq, nonce] = Array.isArray(row) ? (row as unknown[]) : []
      if (!isToken(writer) || !isCount(seq) || !isToken(nonce)) throw senseless('signs', row)
      return [writer, { seq, nonce }]
    }),
  )
}

function isDraftOrigin(value: unknown): value is DraftOrigin {
  return isObject(value) && typeof value['page'] === 'string' && typeof value['nonce'] === 'string'
}

function isSplitNote(value: unknown): value is SplitNote {
  return isObject(value) && isCount(value['depth']) && typeof value['of'] === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function senseless(field: string, value: unknown): Error {
  return new Error(`its ${field} makes no sense (${describe(value)})`)
}
