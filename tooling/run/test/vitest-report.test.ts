import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { add, countSkipped, failuresOf, NOTHING, readReport, tallyOf } from '../vitest-report.mjs'

const clean = {
  numPassedTests: 3,
  numPendingTests: 1,
  numTodoTests: 1,
  success: true,
  testResults: [],
}

function passed(title: string) {
  return { status: 'passed', ancestorTitles: [] as string[], title, failureMessages: [] as string[] }
}

function failed(title: string, ...ancestorTitles: string[]) {
  const failureMessages = ['\u001B[31mError: expected 1 to be 2\u001B[39m\n    at a.test.ts:3:1']
  return { status: 'failed', ancestorTitles, title, failureMessages }
}

it('counts passed, failed and skipped tests', () => {
  expect(tallyOf(clean)).toEqual({ passed: 3, failed: 0, skipped: 2 })
})

it('counts a file that could not be loaded as one failure', () => {
  const testResults = [{ name: 'a.test.ts', status: 'failed', assertionResults: [] }]
  expect(tallyOf({ ...clean, success: false, testResults })).toMatchObject({ passed: 3, failed: 1 })
})

it('does not count a file twice whose tests failed', () => {
  const testResults = [{ name: 'a.test.ts', status: 'failed', assertionResults: [failed('one'), passed('two')] }]
  expect(tallyOf({ ...clean, success: false, testResults })).toMatchObject({ failed: 1 })
})

it('names each failed test by file, titles, and the first line of its error', () => {
  const testResults = [
    { name: '/root/pkg/a.test.ts', status: 'failed', assertionResults: [passed('one'), failed('two', 'a', 'b')] },
    { name: '/root/pkg/b.test.ts', status: 'failed', message: 'no such module\nfor b', assertionResults: [] },
    { name: '/root/pkg/c.test.ts', status: 'passed', assertionResults: [passed('one')] },
  ]
  expect(failuresOf({ ...clean, success: false, testResults }, '/root')).toEqual([
    'pkg/a.test.ts > a > b > two: Error: expected 1 to be 2',
    'pkg/b.test.ts: no such module',
  ])
})

it('names a failure without a test', () => {
  expect(failuresOf({ ...clean, success: false }, '/root')).toEqual(['an error outside of the tests'])
  expect(failuresOf(clean, '/root')).toEqual([])
})

it('counts a run that failed without a failing test, such as by an unhandled rejection', () => {
  expect(tallyOf({ ...clean, success: false })).toMatchObject({ failed: 1 })
})

it('tells a report that was never written', () => {
  expect(readReport('/does/not/exist.json')).toBeUndefined()
})

it('refuses a report that is not whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(folder, 'unit.json'), '{"numPassed')
  expect(() => readReport(join(folder, 'unit.json'))).toThrow(SyntaxError)
  await rm(folder, { recursive: true })
})

it('sums', () => {
  expect(add({ passed: 1, failed: 2, skipped: 3 }, { ...NOTHING, passed: 4 })).toEqual({
    passed: 5,
    failed: 2,
    skipped: 3,
  })
})

it('counts the skipped tests of the named files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-report-'))
  const of = (name: string, ...statuses: string[]) => ({
    name,
    status: 'passed',
    assertionResults: statuses.map((status) => ({ ...passed('a test'), status })),
  })
  const testResults = [of('/a/one.test.ts', 'skipped', 'passed', 'skipped'), of('/a/two.test.ts', 'skipped')]
  const path = join(folder, 'integration.json')
  await writeFile(path, JSON.stringify({ ...clean, testResults }))
  expect(countSkipped(path, ['one.test.ts'])).toBe(2)
  await rm(folder, { recursive: true })
})
