const MOST = 20
const LONGEST = 400

/**
 * The end of a log is often all that remains of it, so the last lines name each failed test, and are few: about 20 for
 * all checks together, and a line for each failed check at least.
 *
 * @param {ReadonlyMap<string, readonly string[]>} failures of each check that failed; none where the check is one test
 * @returns {string[]} such as `FAILED: unit: packages/lock/src/lease.test.ts > expires: Error: still held`
 */
export function closingLines(failures) {
  const most = Math.max(1, Math.floor(MOST / failures.size))
  return [...failures].flatMap(([check, names]) => {
    if (names.length === 0) return [`FAILED: ${check}`]
    const shown = names.slice(0, most).map((name) => shortened(`FAILED: ${check}: ${name.replaceAll('\n', ' ')}`))
    return names.length > most ? [...shown, `FAILED: ${check}: ${names.length - most} more, see above`] : shown
  })
}

/** @param {string} line */
function shortened(line) {
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
