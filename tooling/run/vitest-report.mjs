import { readFileSync } from 'node:fs'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} VitestReport The needed part of the output of vitest's JSON reporter.
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {{ name: string, status: string, assertionResults: readonly { status: string }[] }[]} testResults
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
 * Counts one report. A file that failed without a failing test (it could not be loaded, a hook threw) counts as one
 * failure, and so does a run that failed for any other reason, such as an unhandled rejection.
 *
 * @param {VitestReport} report
 * @returns {Tally}
 */
export function tallyOf(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numFailedTests + brokenFiles.length
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/**
 * @param {string} path
 * @returns {Tally | undefined} `undefined` when the run ended before writing its report.
 */
export function readTally(path) {
  try {
    return tallyOf(JSON.parse(readFileSync(path, 'utf8')))
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
