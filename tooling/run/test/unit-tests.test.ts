import { expect, it } from 'vitest'
import { mayKnow, resultsToKeep, untestedIn } from '../unit-tests.mjs'

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
  expect(resultsToKeep(report, 0, tasks)).toEqual([
    ['1', OF_LOCK],
    ['2', OF_LEASE],
  ])
})

it('keeps no result of a package with a failure', () => {
  const failures = ['packages/lock/src/a.test.ts > holds: Error: gone']
  expect(resultsToKeep({ ...report, failures }, 1, tasks)).toEqual([['2', OF_LEASE]])
})

it('keeps no result of a package that ran no test', () => {
  const halved = { ...report, passed: OF_LOCK.passed }
  expect(resultsToKeep(halved, 0, tasks)).toEqual([['1', OF_LOCK]])
  expect(untestedIn(halved, tasks)).toEqual(['packages/lock-lease'])
})

it('keeps no result where an error belongs to no file', () => {
  const failures = ['Unhandled Rejection while packages/lock/src/a.test.ts > holds ran: Error: gone']
  expect(resultsToKeep({ ...report, failures }, 1, tasks)).toEqual([])
})

it('keeps no result where vitest failed though no test did', () => {
  expect(resultsToKeep(report, 1, tasks)).toEqual([])
})

it('runs all again for TURBO_FORCE, and for other random cases', () => {
  expect(mayKnow({})).toBe(true)
  expect(mayKnow({ S3SCHED_PROPERTY_SEED: '7' })).toBe(true)
  expect(mayKnow({ TURBO_FORCE: 'true' })).toBe(false)
  expect(mayKnow({ S3SCHED_PROPERTY_SEED: 'random' })).toBe(false)
})
