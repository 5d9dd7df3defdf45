/** A fenced block of JavaScript or TypeScript in a Markdown file. */
export interface CodeBlock {
  readonly language: 'js' | 'ts'
  readonly code: string
  /** The line of the opening fence; the first line is 1. */
  readonly line: number
  /**
   * The reason not to run the block by itself; `undefined` for a block to run, empty when the author gave no reason.
   */
  readonly noRun: string | undefined
  /**
   * The block runs for ever: once its output has this text and the printed lines, Ctrl-C must end the block.
   * `undefined` for a block that ends by itself.
   */
  readonly until: string | undefined
  /** Lines of the output in this order, from the `text printed` block below; numbers stand for any number. */
  readonly printed: readonly string[]
  /** The files that lie beside the block: the blocks above it that name a file. */
  readonly beside: readonly { readonly path: string; readonly code: string }[]
}

/** Up to three spaces, at least three backticks or tildes, and the info string. */
const FENCE = /^( {0,3})(`{3,}|~{3,})(.*)$/

const LANGUAGES: Readonly<Record<string, CodeBlock['language']>> = {
  js: 'js',
  javascript: 'js',
  mjs: 'js',
  ts: 'ts',
  typescript: 'ts',
  mts: 'ts',
}

/**
 * The blocks of a Markdown text, in order. A block is opened by a language and may be marked `no-run: REASON` or
 * `until: TEXT` after the language. A block `text printed` has the output of the block above. A block `file: PATH` is a
 * file of the blocks below.
 * @throws when a block is not closed, or its info string says anything else.
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  const files: { path: string; code: string }[] = []
  let open: { fence: string; info: string; line: number; lines: string[] } | undefined
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, , fence = '', info = ''] = FENCE.exec(text) ?? []
    if (open === undefined) {
      if (fence !== '') open = { fence, info: info.trim(), line: index + 1, lines: [] }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      const block = blockOf(open, files)
      if (block !== undefined) blocks.push(block)
      else if (open.info === PRINTED) addPrinted(blocks, open)
      open = undefined
    } else open.lines.push(text)
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the code block is not closed`)
  return blocks
}

const PRINTED = 'text printed'

function addPrinted(blocks: CodeBlock[], open: { line: number; lines: readonly string[] }): void {
  const last = blocks.pop()
  if (last === undefined || last.noRun !== undefined || last.printed.length > 0)
    throw new Error(`line ${open.line}: expected a block that is run above '${PRINTED}'`)
  blocks.push({ ...last, printed: open.lines.filter((text) => text.trim() !== '') })
}

function blockOf(
  open: { info: string; line: number; lines: string[] },
  files: { path: string; code: string }[],
): CodeBlock | undefined {
  const [word = '', ...rest] = open.info.split(/\s+/)
  const language = LANGUAGES[word.toLowerCase()]
  if (language === undefined) return undefined
  const mark = rest.join(' ')
  const noRun = /^no-run\b:?\s*(.*)$/.exec(mark)?.[1]
  const until = /^until: (.+)$/.exec(mark)?.[1]
  const path = /^file: (\S+)$/.exec(mark)?.[1]
  const code = `${open.lines.join('\n')}\n`
  const plain = { language, code, line: open.line, until, printed: [], beside: [...files] }
  if (path !== undefined) {
    files.push({ path, code })
    return { ...plain, noRun: 'a file of the blocks below' }
  }
  if (mark !== '' && noRun === undefined && until === undefined) {
    const expected = `'${word}', '${word} file: PATH', '${word} no-run: REASON' or '${word} until: TEXT'`
    throw new Error(`line ${open.line}: expected ${expected}, got '${open.info}'`)
  }
  return { ...plain, noRun }
}
