import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} VitestReport The needed part of the output of vitest's JSON reporter.
 * @property {number} numPassedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {readonly FileResult[]} testResults
 *
 * @typedef {object} FileResult
 * @property {string} name The path of the file.
 * @property {string} status
 * @property {string} [message] The error of a file without a failing test.
 * @property {readonly TestResult[]} assertionResults
 *
 * @typedef {object} TestResult
 * @property {string} status
 * @property {readonly string[]} ancestorTitles
 * @property {string} title
 * @property {readonly string[]} failureMessages
 */

/** @type {Tally} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 }

/**
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/**
 * Names the failures of one report, each in a line. A file that failed without a failing test (it could not be loaded, a
 * hook threw) is one failure, and so is a run that failed for any other reason, such as an unhandled rejection.
 *
 * @param {VitestReport} report
 * @param {string} folder The paths of the files are shown from here.
 * @returns {string[]} such as `src/lease.test.ts > a lease > expires: AssertionError: expected 1 to be 2`
 */
export function failuresOf(report, folder) {
  const failures = report.testResults.flatMap((file) => {
    const path = relative(folder, file.name)
    const failed = file.assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0) return file.status === 'failed' ? [`${path}: ${firstLine(file.message)}`] : []
    return failed.map(({ ancestorTitles, failureMessages, title }) => {
      return `${[path, ...ancestorTitles, title].join(' > ')}: ${firstLine(failureMessages[0])}`
    })
  })
  return failures.length === 0 && !report.success ? ['an error outside of the tests'] : failures
}

/** @param {string | undefined} message */
function firstLine(message = '') {
  return stripVTControlCharacters(message).trim().split('\n', 1).join('')
}

/**
 * @param {VitestReport} report
 * @returns {Tally}
 */
export function tallyOf(report) {
  return {
    passed: report.numPassedTests,
    failed: failuresOf(report, '').length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {string} path
 * @returns {VitestReport | undefined} `undefined` when the run ended before writing its report.
 */
export function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The skipped tests of some files.
 *
 * @param {string} path of the report
 * @param {readonly string[]} files Their paths end so.
 */
export function countSkipped(path, files) {
  /** @type {VitestReport} */
  const report = JSON.parse(readFileSync(path, 'utf8'))
  const named = report.testResults.filter(({ name }) => files.some((file) => name.endsWith(file)))
  return named.flatMap((file) => file.assertionResults.filter(({ status }) => status === 'skipped')).length
}
