import { Interrupted } from './child.mjs'
import { checks } from './checks.mjs'
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
    for (const failure of failures) console.log(`FAILED: ${failure}`)
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
  /** @type {string[]} */
  const failures = []
  let total = NOTHING
  const installed = await reported(
    'install',
    async () => {
      const { code, output } = await install()
      return { tally: code === 0 ? NOTHING : { ...NOTHING, failed: 1 }, output }
    },
    () => 'pnpm install',
  )
  if (installed.failed > 0) return { total: installed, failures: ['install'] }
  await runTogether(chosen, async (check) => {
    const missing = check.needs?.find((name) => failures.includes(name))
    if (missing !== undefined) console.log(`${check.name.padEnd(13)}not run, since ${missing} failed`)
    const tally =
      missing === undefined ? await reported(check.name, check.run, check.waitsFor) : { ...NOTHING, failed: 1 }
    if (tally.failed > 0) failures.push(check.name)
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
  const { tally, output, remark } = await work()
    .finally(ended)
    .catch((/** @type {unknown} */ error) => {
      if (error instanceof Interrupted) throw error
      return {
        tally: { ...NOTHING, failed: 1 },
        output: String(error instanceof Error ? error.stack : error),
        remark: undefined,
      }
    })
  const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(8)
  console.log(`${name.padEnd(13)}${tally.failed > 0 ? 'FAILED' : 'ok    '} ${seconds}  ${describe(tally)}`.trimEnd())
  if (tally.failed > 0) console.log(`\n${output.trim()}\n`)
  else if (remark !== undefined) console.log(`\n${remark.trim()}\n`)
  return tally
}

/** @param {import('./vitest-report.mjs').Tally} tally */
function describe({ passed, failed, skipped }) {
  if (passed + failed + skipped <= 1) return ''
  return [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ')
}
