import { stripVTControlCharacters } from 'node:util'

const MOST = 10

/**
 * The end of a program's output without frames of installed packages and shown code: the best hint where a program has
 * failed and its report names nothing, such as after a teardown that threw, or an end by a signal.
 *
 * @param {string} output
 * @returns {string[]} at most ten lines
 */
export function lastWords(output) {
  const lines = stripVTControlCharacters(output).split('\n')
  const telling = lines.filter(
    (line) => /\w/.test(line) && !/^\s*(?:(?:at|❯) .*(?:node:|node_modules)|\d+\|)/.test(line),
  )
  return telling.slice(-MOST).map((line) => line.trim())
}
