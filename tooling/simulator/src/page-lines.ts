import type { Fields } from '@s3sched/store'

/** A page's object, cut into its records and entries: each has a line of its own, as the format of pages says. */
export interface PageLines {
  readonly draftOf: { readonly page: string; readonly nonce: string } | undefined
  readonly split: { readonly depth: number; readonly of: string } | undefined
  /** The JSON text of each record, by job. */
  readonly records: ReadonlyMap<string, string>
  /** The JSON text of each entry's value, by id. */
  readonly entries: ReadonlyMap<string, string>
}

const RECORDS = ',"records":{'
const ENTRIES = '},"entries":['
const RECORD = /^("(?:[^"\\]|\\.)*"):/
const ENTRY = /^\[("(?:[^"\\]|\\.)*"),"(?:[^"\\]|\\.)*",/

/** @returns `undefined` for a text that is no page */
export function parsePage(text: string): PageLines | undefined {
  const [head = '', ...lines] = text.split('\n')
  const middle = lines.indexOf(ENTRIES)
  const header = headerOf(head) as Partial<PageLines> | undefined
  if (header === undefined || middle === -1 || lines.at(-1) !== ']}') return undefined
  return {
    draftOf: header.draftOf,
    split: header.split,
    records: new Map(lines.slice(0, middle).map((line) => cut(RECORD, line))),
    entries: new Map(lines.slice(middle + 1, -1).map((line) => cut(ENTRY, line, ']'))),
  }
}

/** The fields of a page besides its records and entries. */
export function headerOf(page: string): Fields | undefined {
  const end = page.indexOf(RECORDS)
  return end === -1 ? undefined : (JSON.parse(`${page.slice(0, end)}}`) as Fields)
}

/** The name and the value of a line. Each line of a list ends with a comma, except the last. */
function cut(form: RegExp, line: string, end: string = ''): [string, string] {
  const [start = '', name] = form.exec(line) ?? []
  if (name === undefined) throw new Error(`expected a line of a page, got ${line.slice(0, 200)}`)
  const until = line.length - (line.endsWith(',') ? 1 : 0) - end.length
  return [JSON.parse(name) as string, line.slice(start.length, until)]
}
