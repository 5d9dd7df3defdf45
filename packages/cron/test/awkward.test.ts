import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { changesTable, daysTable } from './awkward/tables.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('shows in the README what each library does at changes of the clock, as run', () => {
  expect(readme).toContain(changesTable())
})

it('shows in the README how each library reads day fields, as run', () => {
  expect(readme).toContain(daysTable())
})
