import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { renderTable, type Column } from './table.ts'

interface Row {
  readonly name: string
  readonly note: string
  readonly count: number
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', text: ({ name }) => name, shrinks: true },
  { title: 'COUNT', text: ({ count }) => String(count), align: 'right', leaves: 0 },
  { title: 'NOTE', text: ({ note }) => note, shrinks: true, style: (text) => `\u001B[1m${text}\u001B[22m` },
]
const rows: readonly Row[] = [
  { name: 'short', note: 'fine', count: 7 },
  { name: 'a-name-that-is-quite-long', note: 'and a note that is even longer than that', count: 12_345 },
]
// oxlint-disable-next-line no-control-regex -- the colours
const plain = (text: string): string => text.replaceAll(/\u001B\[\d+m/g, '').replaceAll(/ +$/gm, '')
const render = (width: number, of: readonly Row[] = rows): string =>
  renderTable(of, columns, { columns: width, head: (text) => text })

it('cuts a column only so far before others leave for it, and farther when none is left', () => {
  const keeping = columns.map((column) => (column.title === 'NOTE' ? { ...column, keeps: 30 } : column))
  const at = (width: number): string =>
    plain(renderTable(rows, keeping, { columns: width, head: (text) => text })).split('\n')[2] ?? ''
  expect(at(50)).toContain('12345')
  expect(at(44)).toMatch(/^a-name-that… {2}and a note that is even longe…$/)
  expect(stringWidth(at(24))).toBeLessThanOrEqual(24)
})

it('is as wide as it needs to be where there is room', () => {
  expect(plain(render(Infinity))).toBe(
    [
      'NAME                       COUNT  NOTE',
      'short                          7  fine',
      'a-name-that-is-quite-long  12345  and a note that is even longer than that',
      '',
    ].join('\n'),
  )
})

it.each([10, 20, 30, 40, 60, 75])('fits into %d characters', (width) => {
  for (const line of render(width).split('\n')) expect(plain(line).length).toBeLessThanOrEqual(width)
})

it('cuts the widest first, and leaves a column out only when cutting is not enough', () => {
  expect(render(50)).toContain('COUNT')
  expect(render(50)).toContain('…')
  expect(render(24)).not.toContain('COUNT')
  expect(render(24)).toContain('NAME')
})

it('cuts a name only when no other column can be cut or leave', () => {
  const named = columns.map((column) => (column.title === 'NAME' ? { ...column, isName: true } : column))
  const at = (width: number): string =>
    plain(renderTable(rows, named, { columns: width, head: (text) => text })).split('\n')[2] ?? ''
  expect(at(50)).toMatch(/^a-name-that-is-quite-long {2}12345 {2}and a note that…$/)
  expect(at(35)).toBe('a-name-that-is-quite-long  and a n…')
  expect(at(34)).toMatch(/^a-name-that-is-quite-lo… {2}and a n…$/)
})

it('counts wide characters as two', () => {
  const wide = render(40, [{ name: '請求書を送る仕事', note: '🧾'.repeat(20), count: 1 }])
  for (const line of wide.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(40)
})

it('shows control characters as text', () => {
  const shown = render(Infinity, [{ name: 'a\u001B[2Jb', note: 'one\ntwo\u202Eevil', count: 1 }])
  expect(shown).toContain(String.raw`a\u001b[2Jb`)
  expect(shown).toContain(String.raw`one\ntwo\u202eevil`)
})
