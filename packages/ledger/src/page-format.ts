import { describe } from '@s3sched/kernel'
import type { Fields } from '@s3sched/store'
import { isToken, readToken } from './json-token.ts'
import { PageRecords } from './page-records.ts'
import type { DraftOrigin, Page, PageEntry, Sign, SplitNote } from './page.ts'

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
  { readonly outcome: 'page'; readonly page: Page } | { readonly outcome: 'unreadable'; readonly problem: string }

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
  const listed: string[] = []
  for (const { id, key, text } of entries.values()) {
    listed.push(`[${JSON.stringify(id)},${JSON.stringify(key)},${text}]`)
  }
  return bytesOf([`${header.slice(0, -1)},${RECORDS}`, ...joined(records.lines), ENTRIES, ...joined(listed), END])
}

function joined(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.join(',\n')]
}

/** The parts in UTF-8, with a line break between them. Each is written in place: a page is long, and its text twice as long. */
function bytesOf(parts: readonly string[]): Uint8Array {
  let size = parts.length - 1
  for (const part of parts) size += Buffer.byteLength(part)
  const body = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const part of parts) {
    if (at > 0) at += body.write('\n', at)
    at += body.write(part, at)
  }
  return body
}

/** The reverse of {@link encodePage}, for bytes from any writer. */
export function decodePage(body: Uint8Array): DecodedPage {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return { outcome: 'unreadable', problem: 'it is not UTF-8' }
  }
  try {
    const parts = readLines(text) ?? readJson(text)
    return { outcome: 'page', page: pageOf(parts) }
  } catch (error) {
    return { outcome: 'unreadable', problem: error instanceof Error ? error.message : String(error) }
  }
}

interface Parts {
  readonly header: Fields
  readonly records: PageRecords
  readonly entries: Map<string, PageEntry>
}

/** Cuts the records and the entries out of the text, without a copy. `undefined` for another layout. */
function readLines(text: string): Parts | undefined {
  const start = text.indexOf(`,${RECORDS}\n`)
  const middle = text.lastIndexOf(`\n${ENTRIES}\n`)
  const isOurs = text.indexOf('\n') === start + RECORDS.length + 1 && middle > start && text.endsWith(`\n${END}`)
  if (start === -1 || !isOurs) return undefined
  const records: [key: string, line: string][] = []
  for (let from = start + RECORDS.length + 2; from < middle;) {
    const end = text.indexOf('\n', from)
    const key = readToken(text, from)
    if (key === undefined || key.end >= end || text[key.end] !== ':') return undefined
    records.push([key.text, text.slice(from, endOfValue(text, end))])
    from = end + 1
  }
  const entries = new Map<string, PageEntry>()
  for (let from = middle + ENTRIES.length + 2; from < text.length - END.length;) {
    const end = text.indexOf('\n', from)
    const entry = readEntry(text, from, endOfValue(text, end))
    if (entry === undefined) return undefined
    entries.set(entry.id, entry)
    from = end + 1
  }
  return { header: JSON.parse(`${text.slice(0, start)}}`) as Fields, records: PageRecords.ofLines(records), entries }
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
    entries: new Map((entries as unknown[]).map((entry) => entryOf(entry))),
  }
}

function entryOf(entry: unknown): [string, PageEntry] {
  if (!Array.isArray(entry)) throw new Error(`an entry makes no sense (${describe(entry)})`)
  const [id, key, value] = entry as unknown[]
  if (typeof id !== 'string' || typeof key !== 'string' || value === undefined) {
    throw new Error(`an entry makes no sense (${describe(entry)})`)
  }
  return [id, { id, key, text: JSON.stringify(value) }]
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function senseless(field: string, value: unknown): Error {
  return new Error(`its ${field} makes no sense (${describe(value)})`)
}
