import { readFileSync } from 'node:fs'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} VitestReport What `tooling/vitest/run-report.ts` has written at the end of a run.
 * @property {Readonly<Record<string, number>>} passed The number of passed tests of each file with such a test.
 * @property {Readonly<Record<string, number>>} skipped As `passed`.
 * @property {readonly string[]} failures A line for each failure, in a test or outside of the tests.
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
 * @param {VitestReport} report
 * @returns {Tally}
 */
export function tallyOf(report) {
  const passed = Object.values(report.passed).reduce((sum, count) => sum + count, 0)
  return { passed, failed: report.failures.length, skipped: countSkipped(report) }
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
 * The skipped tests, of all files or of those whose paths end so.
 *
 * @param {VitestReport} report
 * @param {readonly string[]} ends
 */
export function countSkipped({ skipped }, ends = ['']) {
  const named = Object.entries(skipped).filter(([file]) => ends.some((end) => file.endsWith(end)))
  return named.reduce((sum, [, count]) => sum + count, 0)
}
