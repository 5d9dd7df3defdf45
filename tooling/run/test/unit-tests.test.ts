import { expect, it } from 'vitest'
import { resultsToKeep, untestedIn } from '../unit-tests.mjs'

const tasks = [
  { directory: 'packages/lock', hash: '1' },
  { directory: 'packages/lock-lease', hash: '2' },
]

const report = {
  passed: { 'packages/lock/src/a.test.ts': 3, 'packages/lock-lease/src/b.test.ts': 4 },
  skipped: { 'packages/lock/src/a.test.ts': 1 },
  failures: [],
}

const OF_LOCK = { passed: { 'packages/lock/src/a.test.ts': 3 }, skipped: report.skipped, failures: [] }
const OF_LEASE = { passed: { 'packages/lock-lease/src/b.test.ts': 4 }, skipped: {}, failures: [] }

it('keeps the result of each package by the hash', () => {
  expect(resultsToKeep(report, tasks)).toEqual([
    ['1', OF_LOCK],
    ['2', OF_LEASE],
  ])
})

it('keeps no result of a package with a failure', () => {
  const failures = ['packages/lock/src/a.test.ts > holds: Error: gone']
  expect(resultsToKeep({ ...report, failures }, tasks)).toEqual([['2', OF_LEASE]])
})

it('keeps no result of a package that ran no test', () => {
  const halved = { ...report, passed: OF_LOCK.passed }
  expect(resultsToKeep(halved, tasks)).toEqual([['1', OF_LOCK]])
  expect(untestedIn(halved, tasks)).toEqual(['packages/lock-lease'])
})

it('keeps no result where an error belongs to no file', () => {
  const failures = ['Unhandled Rejection while packages/lock/src/a.test.ts > holds ran: Error: gone']
  expect(resultsToKeep({ ...report, failures }, tasks)).toEqual([])
})
