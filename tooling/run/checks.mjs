import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { add, NOTHING, readTally } from './vitest-report.mjs'
import { env, foldersWithScript, root } from './workspace.mjs'

/**
 * Everything that `npm test` checks, in order. A check that runs tests counts each of them; any other counts as one.
 *
 * @typedef {import('./vitest-report.mjs').Tally} Tally
 *
 * @typedef {object} CheckResult
 * @property {Tally} tally
 * @property {string} output What to show when something failed.
 * @property {string} [remark] What to show in any case.
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {boolean} [needsBuild]
 * @property {() => Promise<CheckResult>} run
 */

const TIMEOUT_MS = 30 * 60_000

/** @type {readonly Check[]} */
export const checks = [
  { name: 'build', run: () => command(turbo('build', '100%')) },
  { name: 'types', run: () => command(turbo('types', '100%')) },
  { name: 'lint', run: () => command(['oxlint', '--type-aware']) },
  { name: 'format', run: () => command(['prettier', '--check', '--log-level', 'warn', '.']) },
  { name: 'boundaries', run: () => command(['node', 'tooling/boundaries/src/check.ts']) },
  { name: 'unused', run: () => command(['knip']) },
  { name: 'unit', run: async () => tests(turbo('test', '50%'), reportsOf('test', 'unit')) },
  { name: 'packed', needsBuild: true, run: packed },
  { name: 'readme', needsBuild: true, run: async () => tests(turbo('readme', '50%'), reportsOf('readme', 'readme')) },
  { name: 'integration', run: integration },
  { name: 'browser', run: browser },
]

/**
 * @param {string} task
 * @param {string} concurrency Of the cores; tests take several each, and those that watch the time must not starve.
 * @returns {readonly [string, ...string[]]}
 */
function turbo(task, concurrency) {
  const output = ['--output-logs=errors-only', '--log-order=grouped', '--ui=stream']
  return ['turbo', 'run', task, '--continue', `--concurrency=${concurrency}`, ...output]
}

/**
 * @param {string} script
 * @param {string} report
 */
function reportsOf(script, report) {
  return foldersWithScript(script).map((folder) => join(folder, '.reports', `${report}.json`))
}

/**
 * @param {readonly [string, ...string[]]} line
 * @returns {Promise<CheckResult>}
 */
async function command([program, ...args]) {
  const { code, output } = await run(program, args, { cwd: root, env, timeoutMs: TIMEOUT_MS })
  return { tally: code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 }, output }
}

/**
 * Runs tests and counts them by the reports that they leave.
 *
 * @param {readonly [string, ...string[]]} line
 * @param {readonly string[]} reports
 * @returns {Promise<CheckResult>}
 */
async function tests(line, reports) {
  for (const report of reports) rmSync(join(root, report), { force: true })
  const [program, ...args] = line
  const { code, output } = await run(program, args, { cwd: root, env, timeoutMs: TIMEOUT_MS })
  let tally = NOTHING
  let problems = ''
  for (const report of reports) {
    const found = readTally(join(root, report))
    if (found === undefined) problems += `${report} is missing: its tests did not run to their end\n`
    tally = add(tally, found ?? { ...NOTHING, failed: 1 })
  }
  if (code !== 0 && tally.failed === 0) {
    problems += `${program} failed with exit code ${code}, though no test did\n`
    tally = add(tally, { ...NOTHING, failed: 1 })
  }
  return { tally, output: output + problems }
}

/** @returns {Promise<CheckResult>} */
async function packed() {
  const { output, tally } = await tests(turbo('packed', '50%'), reportsOf('packed', 'packed'))
  const why = 'no Bun or no Deno on the PATH (`npm install --global bun deno`)'
  return withSkips({ tally, output: tally.failed > 0 ? output : why }, 'S3SCHED_REQUIRE_RUNTIMES')
}

/** @returns {Promise<CheckResult>} */
async function integration() {
  const line = /** @type {const} */ (['vitest', 'run', '--config', 'tooling/minio/integration.config.ts'])
  return withSkips(await tests(line, [join('.reports', 'integration.json')]), 'S3SCHED_REQUIRE_MINIO')
}

/** @returns {Promise<CheckResult>} */
async function browser() {
  const folder = join('packages', 'dashboard')
  const line = /** @type {const} */ (['vitest', 'run', '--config', `${folder}/test/browser/browser.config.ts`])
  const result = withSkips(await tests(line, [join(folder, '.reports', 'browser.json')]), 'S3SCHED_REQUIRE_BROWSER')
  // Times are shown and not judged: they are this machine's.
  const measured = result.output.match(/first paint: .*/g) ?? []
  return measured.length === 0 ? result : { remark: measured.join('\n'), ...result }
}

/**
 * Tests that something on this machine is missing for are told loudly; where it is required, each is a failure.
 *
 * @param {CheckResult} result
 * @param {string} requirement The environment variable that says so.
 * @returns {CheckResult}
 */
export function withSkips({ tally, output }, requirement) {
  if (tally.skipped === 0) return { tally, output }
  const remark = `${tally.skipped} tests were skipped:\n${output}`
  if (process.env[requirement] !== '1') return { tally, output, remark }
  return { tally: { ...tally, skipped: 0, failed: tally.failed + tally.skipped }, output: remark }
}
