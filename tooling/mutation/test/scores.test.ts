import { existsSync, globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { byPackage, DECISIONS, testsBeside } from '../src/decisions.ts'
import { scoresOf } from '../src/scores.ts'

const mutant = (fileName: string, status: string): { readonly fileName: string; readonly status: string } => ({
  fileName: `/somewhere/packages/${fileName}`,
  status,
})

it('counts what the tests noticed, file by file, and leaves out what could not be run', () => {
  const results = [
    mutant('lock/src/a.ts', 'Killed'),
    mutant('lock/src/a.ts', 'Timeout'),
    mutant('lock/src/a.ts', 'NoCoverage'),
    mutant('lock/src/b.ts', 'Survived'),
    mutant('lock/src/b.ts', 'CompileError'),
  ]
  expect(scoresOf(results).slice(2)).toEqual([
    '| lock/src/a.ts | 3 | 2 | 66.7% |',
    '| lock/src/b.ts | 1 | 0 | 0.0% |',
    '| in all | 4 | 2 | 50.0% |',
  ])
})

it('each of the files that are mutated is there', () => {
  for (const file of DECISIONS) expect(existsSync(new URL(`../../../${file}`, import.meta.url)), file).toBe(true)
})

it('each file that is named after a decision is mutated', () => {
  const root = new URL('../../..', import.meta.url)
  const found = globSync('packages/*/src/**/decide-*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
  expect(found.length).toBeGreaterThan(5)
  expect(found.filter((file) => !DECISIONS.includes(file))).toEqual([])
})

it('the files are mutated package by package, each with its tests', () => {
  const files = ['packages/a/src/x.ts', 'packages/b/src/x.ts', 'packages/a/src/y/z.ts']
  expect([...byPackage(files)]).toEqual([
    ['packages/a', ['packages/a/src/x.ts', 'packages/a/src/y/z.ts']],
    ['packages/b', ['packages/b/src/x.ts']],
  ])
  expect(testsBeside('packages/alerts')).toEqual(['packages/alerts/src/decide-alerts*.test.ts'])
  expect(testsBeside('packages/jobs')).toEqual([
    'packages/jobs/src/record/*.test.ts',
    'packages/jobs/src/definition/start-of-tick*.test.ts',
    'packages/jobs/src/definition/same-ticks*.test.ts',
  ])
})
