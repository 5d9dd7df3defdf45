import Table from 'cli-table3'
import stringWidth from 'string-width'
import { plainText } from './plain-text.ts'

export interface Column<Row> {
  readonly title: string
  /** The cell's text, as in the bucket: the table makes the text harmless. */
  readonly text: (row: Row) => string
  /** Colours the cell. @default none */
  readonly style?: ((text: string, row: Row) => string) | undefined
  readonly align?: 'left' | 'right'
  /** True when the column may be cut, the widest first, to make the table fit. @default false */
  readonly shrinks?: boolean
  /** A column of names, which is cut only when no other column may be cut and none may leave. @default false */
  readonly isName?: boolean
  /** A column is cut to this many characters before others leave; further only when no other may leave. @default 8 */
  readonly keeps?: number
  /** Order in which columns leave a table that still does not fit, the lowest first. @default last, from the right */
  readonly leaves?: number
}

export interface TableStyle {
  /** The width of the table; `Infinity` cuts nothing. */
  readonly columns: number
  readonly head: (text: string) => string
}

const GAP = 2
const NARROWEST = 8
const BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle']
const NO_LINES = Object.fromEntries([...BORDERS, ...LINES].map((name) => [name, '']))

/** Rows below a line of titles, without borders, in a width. Ends in a line feed. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { columns: available, head }: TableStyle,
): string {
  const cells = new Map(columns.map((column) => [column, rows.map((row) => plainText(column.text(row)))]))
  const natural = columns.map((column) => ({
    column,
    width: Math.max(stringWidth(column.title), ...(cells.get(column) ?? []).map((cell) => stringWidth(cell))),
  }))
  const fitted = fit(natural, available)
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: fitted.map(({ width }, index) => width + (index === fitted.length - 1 ? 0 : GAP)),
    truncate: '…',
  })
  table.push(fitted.map(({ column, width }) => head(aligned(column.title, width, column))))
  for (const [index, row] of rows.entries()) {
    table.push(
      fitted.map(({ column, width }) => {
        const text = aligned(cut(cells.get(column)?.[index] ?? '', width), width, column)
        return column.style === undefined ? text : column.style(text, row)
      }),
    )
  }
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`
}

interface Fitted<Row> {
  readonly column: Column<Row>
  readonly width: number
}

function fit<Row>(natural: readonly Fitted<Row>[], available: number): readonly Fitted<Row>[] {
  let fitted = [...natural]
  const total = (): number => fitted.reduce((sum, { width }) => sum + width + GAP, -GAP)
  for (;;) {
    const excess = total() - available
    if (excess <= 0) return fitted
    const mayLeave = fitted.some(({ column }) => column.leaves !== undefined)
    const others = fitted.filter(({ column }) => column.isName !== true)
    const widest =
      widestAbove(others, ({ keeps = NARROWEST }) => keeps) ??
      (mayLeave ? undefined : (widestAbove(others, () => NARROWEST) ?? widestAbove(fitted, () => NARROWEST)))
    if (widest !== undefined) {
      fitted = fitted.map((each) => (each === widest ? { ...each, width: each.width - 1 } : each))
      continue
    }
    const leaver = leaverOf(fitted)
    if (leaver === undefined) return fitted
    const left = fitted.filter((each) => each !== leaver).map(({ column }) => column)
    fitted = natural.filter(({ column }) => left.includes(column))
  }
}

/** The widest column that may be cut further. */
function widestAbove<Row>(
  fitted: readonly Fitted<Row>[],
  leastOf: (column: Column<Row>) => number,
): Fitted<Row> | undefined {
  return fitted
    .filter(({ column, width }) => (column.shrinks === true || column.isName === true) && width > leastOf(column))
    .toSorted((a, b) => b.width - a.width)[0]
}

/**
 * The column with the lowest `leaves`; then the rightmost. The first column stays, since the first names the line's
 * subject.
 */
function leaverOf<Row>(fitted: readonly Fitted<Row>[]): Fitted<Row> | undefined {
  const ready = fitted.filter(({ column }) => column.leaves !== undefined)
  const first = ready.toSorted((a, b) => (a.column.leaves ?? 0) - (b.column.leaves ?? 0))[0]
  return first ?? (fitted.length > 1 ? fitted.at(-1) : undefined)
}

/** Cuts a text to a width, with an ellipsis; wide characters count as two. */
function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of SEGMENTS.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

const SEGMENTS = new Intl.Segmenter()

function aligned<Row>(text: string, width: number, { align }: Column<Row>): string {
  const padding = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'right' ? padding + text : text + padding
}
