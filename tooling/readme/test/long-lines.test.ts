import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { longLines, WIDTH } from '../src/long-lines.ts'
import { root, writtenMarkdown } from '../src/markdown-files.ts'

const WIDE = `${'word '.repeat(WIDTH / 5)}end`

it('a page has no line above 120 columns', () => {
  const found = writtenMarkdown().flatMap((file) =>
    longLines(readFileSync(join(root, file), 'utf8')).map(
      ({ columns, line }) => `${file}:${line} has ${columns} columns`,
    ),
  )
  expect(found).toEqual([])
})

it('the pages beside the code are among them', () => {
  const expected = ['README.md', 'packages/cron/README.md', 'docs/glossary.md', 'docs/adr/README.md']
  expect(writtenMarkdown()).toEqual(expect.arrayContaining(expected))
  expect(writtenMarkdown().some((file) => file.startsWith('.changeset/'))).toBe(true)
})

it('a wide line is found, with its number and width', () => {
  expect(longLines(`# Title\n\n${WIDE}\n${'x '.repeat(60)}\n- ${WIDE}\n`)).toEqual([
    { line: 3, columns: 123 },
    { line: 5, columns: 125 },
  ])
})

it('columns are characters, and not bytes', () => {
  expect(longLines(`${'é '.repeat(59)}éé\n`)).toEqual([])
})

it('a table, a code block and a line of one word may be wider', () => {
  const address = `https://example.org/${'x'.repeat(WIDTH)}`
  const fenced = `\`\`\`sh\n${WIDE}\n\`\`\`\n~~~\n\`\`\`\n${WIDE}\n~~~\n`
  expect(longLines(`| ${WIDE} |\n${fenced}${address}\n- ${address}\n1. [a](${address})\n`)).toEqual([])
  expect(longLines(`${fenced}${WIDE}`)).toEqual([{ line: 8, columns: 123 }])
})
