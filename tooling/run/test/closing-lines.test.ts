import { expect, it } from 'vitest'
import { closingLines } from '../closing-lines.mjs'

it('names each failed test, or the check', () => {
  const failures = new Map([
    ['lint', []],
    ['unit', ['a.test.ts > one: Error: 1', 'a.test.ts > two: Error: 2']],
  ])
  expect(closingLines(failures)).toEqual([
    'FAILED: lint',
    'FAILED: unit: a.test.ts > one: Error: 1',
    'FAILED: unit: a.test.ts > two: Error: 2',
  ])
})

it('stays within the last lines of a log, and names each check', () => {
  const names = Array.from({ length: 100 }, (_, index) => `a.test.ts > ${index}\nof many: ${'long '.repeat(100)}`)
  const lines = closingLines(
    new Map([
      ['unit', names],
      ['integration', names],
      ['lint', []],
    ]),
  )
  expect(lines).toHaveLength(2 * (6 + 1) + 1)
  expect(lines).toContain('FAILED: integration: 94 more, see above')
  expect(Math.max(...lines.map((line) => line.length))).toBe(400)
  expect(lines.join('')).not.toContain('\n')
})

it('says nothing where nothing failed', () => {
  expect(closingLines(new Map())).toEqual([])
})
