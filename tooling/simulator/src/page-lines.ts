import type { Fields } from '@s3sched/store'

/** A page's object, cut into its records and entries: each has a line of its own, as the format of pages says. */
export interface PageLines {
  readonly draftOf: { readonly page: string; readonly nonce: string } | undefined
  readonly split: { readonly depth: number; readonly of: string } | undefined
  /** The JSON text of each record, by job. */
  readonly records: ReadonlyMap<string, string>
  /** The JSON text of each entry's value, by id. */
  readonly entries: ReadonlyMap<string, string>
  /** The lines of the records, and those of the entries. */
  readonly lines: readonly [readonly CutLine[], readonly CutLine[]]
}

/** A line, the name of its record or entry, and the JSON text of the value. */
interface CutLine {
  readonly line: string
  readonly name: string
  readonly text: string
}

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
  const [recordsBefore, entriesBefore] = before?.lines ?? [[], []]
  const records = cutAll(lines.slice(0, middle), recordsBefore, (line) => cut(RECORD, line, ''))
  const entries = cutAll(lines.slice(middle + 1, -1), entriesBefore, (line) => cut(ENTRY, line, ']'))
  return {
    draftOf: header.draftOf,
    split: header.split,
    records: textsOf(records),
    entries: textsOf(entries),
    lines: [records, entries],
  }
}

/**
 * Lines keep their order from write to write, so each line is looked for from the place on where the line before it was:
 * comparing texts in order is a fifth of the work of hashing each line.
 */
function cutAll(lines: readonly string[], before: readonly CutLine[], cutAnew: (line: string) => CutLine): CutLine[] {
  let next = 0
  return lines.map((line) => {
    let at = next
    while (at < before.length && before[at]?.line !== line) at++
    const known = before[at]
    next = known === undefined ? next + 1 : at + 1
    return known ?? cutAnew(line)
  })
}

function textsOf(lines: readonly CutLine[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const { name, text } of lines) texts.set(name, text)
  return texts
}

/** The fields of a page besides its records and entries. */
export function headerOf(page: string): Fields | undefined {
  const end = page.indexOf(RECORDS)
  return end === -1 ? undefined : (JSON.parse(`${page.slice(0, end)}}`) as Fields)
}

/** Each line of a list ends with a comma, except the last. */
function cut(form: RegExp, line: string, end: string): CutLine {
  const [start = '', name] = form.exec(line) ?? []
  if (name === undefined) throw new Error(`expected a line of a page, got ${line.slice(0, 200)}`)
  const until = line.length - (line.endsWith(',') ? 1 : 0) - end.length
  return { line, name: JSON.parse(name) as string, text: line.slice(start.length, until) }
}
