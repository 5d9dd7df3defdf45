const FIRST_MS = 10_000
const AGAIN_MS = 30_000
const LONGEST = 80
const BETWEEN = ' | '

/**
 * Says what the running checks wait for, so that nobody sits before a silent screen: in a terminal in one rewritten line
 * for all of them, in a log now and then in a line for each.
 *
 * @param {Pick<NodeJS.WriteStream, 'isTTY' | 'write'>} [out]
 * @returns {(name: string, waitsFor: () => string) => () => void} begins the progress of a check; the returned function
 * ends the progress, and leaves an empty line to write on
 */
export function createProgress(out = process.stdout) {
  return out.isTTY ? inOneLine(out) : inLines(out)
}

/**
 * @param {Pick<NodeJS.WriteStream, 'write'>} out
 * @returns {ReturnType<typeof createProgress>}
 */
function inOneLine(out) {
  /** @type {Set<(longest: number) => string>} */
  const running = new Set()
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  function rewrite() {
    const longest = Math.floor((LONGEST + BETWEEN.length) / running.size) - BETWEEN.length
    out.write(`\r\u001B[K${[...running].map((line) => line(longest)).join(BETWEEN)}`)
  }
  return (name, waitsFor) => {
    const startedAt = performance.now()
    const line = (/** @type {number} */ longest) => lineOf(name, startedAt, waitsFor).slice(0, longest)
    running.add(line)
    rewrite()
    timer ??= setInterval(rewrite, 1000)
    return () => {
      running.delete(line)
      out.write('\r\u001B[K')
      if (running.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }
}

/**
 * @param {Pick<NodeJS.WriteStream, 'write'>} out
 * @returns {ReturnType<typeof createProgress>}
 */
function inLines(out) {
  return (name, waitsFor) => {
    const startedAt = performance.now()
    let timer = setTimeout(tell, FIRST_MS)
    function tell() {
      out.write(`${lineOf(name.padEnd(12), startedAt, waitsFor).slice(0, LONGEST)}\n`)
      timer = setTimeout(tell, AGAIN_MS)
    }
    return () => clearTimeout(timer)
  }
}

/**
 * @param {string} name
 * @param {number} startedAt
 * @param {() => string} waitsFor
 */
function lineOf(name, startedAt, waitsFor) {
  return `${name} ${Math.round((performance.now() - startedAt) / 1000)} s, waits for ${waitsFor()}`
}

/**
 * @param {readonly string[]} folders such as `packages/plugin`
 * @returns {string} their names, or their number if there are many
 */
export function namesOf(folders) {
  const names = folders.map((folder) => folder.split(/[\\/]/).at(-1))
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
