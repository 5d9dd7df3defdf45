import { Interrupted } from './child.mjs'
import { checks } from './checks.mjs'
import { closingLines } from './closing-lines.mjs'
import { createProgress } from './progress.mjs'
import { describeShares } from './shares.mjs'
import { runTogether } from './together.mjs'
import { add, NOTHING } from './vitest-report.mjs'
import { install } from './workspace.mjs'

const begin = createProgress()

/**
 * Runs the checks, all or the named ones, and prints the result of each at its end. The last line is always
 * `N passed, N failed`, with `, N skipped` after any skip.
 *
 * @param {readonly string[]} names
 * @returns {Promise<void>} Sets the exit code.
 */
export async function runChecks(names) {
  const unknown = names.find((name) => !checks.some((check) => check.name === name))
  if (unknown !== undefined) {
    console.error(`there is no check '${unknown}'; known are ${checks.map((check) => check.name).join(', ')}`)
    process.exitCode = 1
    return
  }
  const chosen = names.length === 0 ? checks : checks.filter((check) => names.includes(check.name))
  try {
    const { total, failures } = await runAll(chosen)
    for (const line of closingLines(failures)) console.log(line)
    if (total.failed > 0) process.exitCode = 1
    const shares = describeShares(chosen, process.env)
    if (shares !== undefined) console.log(`\n${shares}`)
    console.log(
      `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
    )
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.log('\nstopped')
  }
}

/** @param {readonly import('./checks.mjs').Check[]} chosen */
async function runAll(chosen) {
  /** @type {Map<string, readonly string[]>} */
  const failures = new Map()
  let total = NOTHING
  const installed = await reported(
    'install',
    async () => {
      const { code, output } = await install()
      return { tally: code === 0 ? NOTHING : { ...NOTHING, failed: 1 }, output }
    },
    () => 'pnpm install',
  )
  if (installed.tally.failed > 0) return { total: installed.tally, failures: failures.set('install', []) }
  await runTogether(chosen, async (check) => {
    const missing = check.needs?.find((name) => failures.has(name))
    if (missing !== undefined) console.log(`${check.name.padEnd(13)}not run, since ${missing} failed`)
    const { tally, failures: named = [] } =
      missing === undefined
        ? await reported(check.name, () => check.run(), check.waitsFor)
        : { tally: { ...NOTHING, failed: 1 }, failures: [`not run, since ${missing} failed`] }
    if (tally.failed > 0) failures.set(check.name, named)
    total = add(total, tally)
  })
  return { total, failures }
}

/**
 * @param {string} name
 * @param {() => Promise<import('./checks.mjs').CheckResult>} work
 * @param {() => string} waitsFor
 */
async function reported(name, work, waitsFor) {
  const startedAt = performance.now()
  const ended = begin(name, waitsFor)
  const result = await work()
    .finally(ended)
    .catch((/** @type {unknown} */ error) => {
      if (error instanceof Interrupted) throw error
      return brokenBy(error)
    })
  const { tally, output, remark } = result
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8)
  console.log(`${name.padEnd(13)}${tally.failed > 0 ? 'FAILED' : 'ok    '} ${seconds}  ${describe(tally)}`.trimEnd())
  if (tally.failed > 0) console.log(`\n${output.trim()}\n`)
  else if (remark !== undefined) console.log(`\n${remark.trim()}\n`)
  return result
}

/**
 * @param {unknown} error
 * @returns {import('./checks.mjs').CheckResult}
 */
function brokenBy(error) {
  const tally = { ...NOTHING, failed: 1 }
  return { tally, output: String(error instanceof Error ? error.stack : error), failures: [String(error)] }
}

/** @param {import('./vitest-report.mjs').Tally} tally */
function describe({ passed, failed, skipped }) {
  if (passed + failed + skipped <= 1) return ''
  return [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ')
}
