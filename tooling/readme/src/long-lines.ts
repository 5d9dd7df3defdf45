/** Columns of a line of Markdown, as in `.editorconfig`. */
export const WIDTH = 120

export interface LongLine {
  /** The first line is 1. */
  readonly line: number
  readonly columns: number
}

const FENCE = /^\s*(`{3,}|~{3,})/
const TABLE = /^\s*\|/
/** A single word, such as the address of a link, behind the mark of a list: no line break can shorten the line. */
const UNBREAKABLE = /^\s*(?:[-*+>]\s+|\d+\.\s+)?\S+$/

/** The lines of a Markdown text that are too wide. Code blocks, tables and unbreakable lines may be wider. */
export function longLines(markdown: string): LongLine[] {
  const long: LongLine[] = []
  let fence: string | undefined
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, mark] = FENCE.exec(text) ?? []
    if (fence === undefined) fence = mark
    else {
      if (mark?.startsWith(fence) === true) fence = undefined
      continue
    }
    const columns = text.length
    if (fence === undefined && columns > WIDTH && !TABLE.test(text) && !UNBREAKABLE.test(text)) {
      long.push({ line: index + 1, columns })
    }
  }
  return long
}
