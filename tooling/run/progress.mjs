const FIRST_MS = 10_000
const AGAIN_MS = 30_000
const LONGEST = 80

/**
 * Says what a check waits for, so that nobody sits before a silent screen: in a terminal in one rewritten line, in a
 * log now and then in a line of its own.
 *
 * @param {string} name the check's
 * @param {() => string} waitsFor
 * @param {Pick<NodeJS.WriteStream, 'isTTY' | 'write'>} [out]
 * @returns {() => void} ends the progress, and leaves an empty line to write on
 */
export function showProgress(name, waitsFor, out = process.stdout) {
  const startedAt = performance.now()
  const line = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    return `${name.padEnd(13)}${seconds} s, waits for ${waitsFor()}`.slice(0, LONGEST)
  }
  if (out.isTTY) {
    const rewrite = () => void out.write(`\r\u001B[K${line()}`)
    rewrite()
    const timer = setInterval(rewrite, 1000)
    return () => {
      clearInterval(timer)
      out.write('\r\u001B[K')
    }
  }
  let timer = setTimeout(tell, FIRST_MS)
  function tell() {
    out.write(`${line()}\n`)
    timer = setTimeout(tell, AGAIN_MS)
  }
  return () => clearTimeout(timer)
}

/**
 * @param {readonly string[]} folders such as `packages/plugin`
 * @returns {string} their names, or their number if there are many
 */
export function namesOf(folders) {
  const names = folders.map((folder) => folder.split(/[\\/]/).at(-1))
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
