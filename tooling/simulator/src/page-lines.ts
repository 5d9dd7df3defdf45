import type { Fields } from '@s3sched/store'

/** A page's object, cut into its records and entries: each has a line of its own, as the format of pages says. */
export interface PageLines {
  readonly draftOf: { readonly page: string; readonly nonce: string } | undefined
  readonly split: { readonly depth: number; readonly of: string } | undefined
  /** The JSON text of each record, by job. */
  readonly records: ReadonlyMap<string, string>
  /** The JSON text of each entry's value, by id. */
  readonly entries: ReadonlyMap<string, string>
  /** The cut lines, by their text. */
  readonly cuts: ReadonlyMap<string, NamedText>
}

/** The name of a record or an entry, and the JSON text of its value. */
type NamedText = readonly [name: string, text: string]

const RECORDS = ',"records":{'
const ENTRIES = '},"entries":['
const RECORD = /^("(?:[^"\\]|\\.)*"):/
const ENTRY = /^\[("(?:[^"\\]|\\.)*"),"(?:[^"\\]|\\.)*",/

/**
 * @param before - an earlier version of the page: most writes change a line or two, and only these are cut anew
 * @returns `undefined` for a text that is no page
 */
export function parsePage(text: string, before: PageLines | undefined): PageLines | undefined {
  const [head = '', ...lines] = text.split('\n')
  const middle = lines.indexOf(ENTRIES)
  const header = headerOf(head) as Partial<PageLines> | undefined
  if (header === undefined || middle === -1 || lines.at(-1) !== ']}') return undefined
  const cuts = new Map<string, NamedText>()
  const named = (from: number, to: number, form: RegExp, end: string): Map<string, string> => {
    const texts = new Map<string, string>()
    for (let index = from; index < to; index++) {
      const line = lines[index] ?? ''
      const known = before?.cuts.get(line) ?? cut(form, line, end)
      cuts.set(line, known)
      texts.set(known[0], known[1])
    }
    return texts
  }
  const records = named(0, middle, RECORD, '')
  const entries = named(middle + 1, lines.length - 1, ENTRY, ']')
  return { draftOf: header.draftOf, split: header.split, records, entries, cuts }
}

/** The fields of a page besides its records and entries. */
export function headerOf(page: string): Fields | undefined {
  const end = page.indexOf(RECORDS)
  return end === -1 ? undefined : (JSON.parse(`${page.slice(0, end)}}`) as Fields)
}

/** The name and the value of a line. Each line of a list ends with a comma, except the last. */
function cut(form: RegExp, line: string, end: string): NamedText {
  const [start = '', name] = form.exec(line) ?? []
  if (name === undefined) throw new Error(`expected a line of a page, got ${line.slice(0, 200)}`)
  const until = line.length - (line.endsWith(',') ? 1 : 0) - end.length
  return [JSON.parse(name) as string, line.slice(start.length, until)]
}
