import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './child.mjs'
import { lastWords } from './last-words.mjs'
import { namesOf } from './progress.mjs'
import { add, countSkipped, NOTHING, readReport, tallyOf } from './vitest-report.mjs'
import { runUnitTests } from './unit-tests.mjs'
import { env, foldersWithScript, root } from './workspace.mjs'

/**
 * Everything that `npm test` checks, in the order of their starts. A check with tests counts each test; any other check counts as one.
 *
 * `integration` is first, since its minutes are waits for a good part, which the checks beside it fill. The quick checks
 * come next, then the long checks, the longest first: none of these remains alone at the end.
 *
 * @typedef {import('./vitest-report.mjs').Tally} Tally
 *
 * @typedef {object} CheckResult
 * @property {Tally} tally
 * @property {string} output The output to show after a failure.
 * @property {string | undefined} [remark] The text to show in any case.
 * @property {readonly string[]} [failures] The name of each failed test.
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly string[]} [needs] The checks that must have passed before, if they are asked for.
 * @property {() => Promise<CheckResult>} run
 * @property {() => string} waitsFor The unfinished parts of the check.
 */

/** For what hangs: a busy machine takes less. */
const TIMEOUT_MS = 120 * 60_000

/** For programs in Go that end soon, such as tsc: to collect garbage before this size would be a quarter of their CPU. */
const FEW_COLLECTIONS = { GOGC: 'off', GOMEMLIMIT: '2GiB' }

/** The common programs of tsc, and the packages with options of their own: the programs exclude these. */
export const PROGRAMS = ['tsconfig.packages.json', 'tsconfig.tooling.json']
export const WITH_OWN_OPTIONS = [
  'packages/dashboard',
  'packages/targets',
  'tooling/api-reference',
  'tooling/bench',
  'tooling/mutation',
  'tooling/nest-apps',
  'tooling/run',
]

/** @type {readonly Check[]} */
export const checks = [
  { name: 'integration', run: integration, waitsFor: () => 'the tests against a real S3 server' },
  ofCommand('build', turbo('build')),
  { name: 'types', run: types, waitsFor: () => 'tsc' },
  ofCommand('lint', ['oxlint', '--type-aware']),
  ofCommand('format', ['oxfmt', '--check', '.']),
  ofCommand('boundaries', ['node', 'tooling/boundaries/src/check.ts']),
  ofCommand('unused', ['knip']),
  ofCommand('reference', turbo('reference')),
  ofPackages('simulation', 'simulation'),
  { name: 'unit', run: unit, waitsFor: () => 'the unit tests' },
  { ...ofPackages('packed', 'packed', packed, FEW_COLLECTIONS), needs: ['build'] },
  { name: 'browser', run: browser, waitsFor: () => 'the tests of the dashboard in a browser' },
  { ...ofPackages('readme', 'readme'), needs: ['build'] },
]

/**
 * @param {string} name
 * @param {readonly [string, ...string[]]} line
 * @returns {Check}
 */
function ofCommand(name, line) {
  return { name, run: () => command(line), waitsFor: () => line.slice(0, 3).join(' ') }
}

/**
 * A check that runs a script of each package with such a script; each script leaves a report at its end.
 *
 * @param {string} name of the check, and of the reports
 * @param {string} script
 * @param {(result: Promise<CheckResult>) => Promise<CheckResult>} [judge]
 * @param {NodeJS.ProcessEnv} [variables]
 * @returns {Check}
 */
function ofPackages(name, script, judge = (result) => result, variables = {}) {
  const reports = foldersWithScript(script).map((folder) => join(folder, '.reports', `${name}.json`))
  const missing = () => reports.filter((report) => !existsSync(join(root, report)))
  return {
    name,
    run: () => judge(tests(turbo(script), reports, { ...env, ...variables })),
    waitsFor: () => namesOf(missing().map((report) => dirname(dirname(report)))),
  }
}

/**
 * Three packages at a time for two cores: some packages wait for half of their time, for leases and processes, and those
 * that come last would leave a core idle. More packages, or a third check, were no faster: see ADR 255.
 *
 * @param {string} task
 * @returns {readonly [string, ...string[]]}
 */
function turbo(task) {
  const output = ['--output-logs=errors-only', '--log-order=grouped', '--ui=stream']
  return ['turbo', 'run', task, '--continue', '--concurrency=150%', ...output]
}

/**
 * Each program keeps what it found, and checks what an edit can have changed.
 *
 * @returns {Promise<CheckResult>} of the first failing part
 */
async function types() {
  for (const program of PROGRAMS) {
    const known = join('node_modules', '.cache', 'types', program.replace(/json$/, 'tsbuildinfo'))
    const result = await command(['tsc', '-p', program, '--incremental', '--tsBuildInfoFile', known])
    if (result.tally.failed > 0) return result
  }
  const [program, ...args] = turbo('types')
  return command([program, ...args, ...WITH_OWN_OPTIONS.map((folder) => `--filter=./${folder}`)])
}

/**
 * @param {readonly [string, ...string[]]} line
 * @returns {Promise<CheckResult>}
 */
async function command([program, ...args]) {
  const options = { cwd: root, env: { ...env, ...FEW_COLLECTIONS }, timeoutMs: TIMEOUT_MS }
  const { code, output } = await run(program, args, options)
  return { tally: code === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 }, output }
}

/**
 * Runs tests and counts them by their reports. Where no report names the cause of a failure, the last words do.
 *
 * @param {readonly [string, ...string[]]} line
 * @param {readonly string[]} reports
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<CheckResult>}
 */
export async function tests(line, reports, environment = env) {
  for (const report of reports) rmSync(join(root, report), { force: true })
  const [program, ...args] = line
  const { code, output } = await run(program, args, { cwd: root, env: environment, timeoutMs: TIMEOUT_MS })
  let tally = NOTHING
  /** @type {string[]} */
  const problems = []
  /** @type {string[]} */
  const failures = []
  for (const path of reports) {
    const report = readReport(join(root, path))
    if (report === undefined) problems.push(`${path} is missing: its tests did not run to their end`)
    else {
      tally = add(tally, tallyOf(report))
      failures.push(...report.failures)
    }
  }
  const isUnnamed = code !== 0 && failures.length === 0
  if (isUnnamed && problems.length === 0) {
    problems.push(`${program} failed with exit code ${code}, though no test did`)
  }
  return {
    tally: add(tally, { ...NOTHING, failed: problems.length }),
    output: [output, ...problems].join('\n'),
    failures: [...failures, ...problems, ...(isUnnamed ? lastWords(output) : [])],
  }
}

/**
 * @param {Promise<CheckResult>} result
 * @returns {Promise<CheckResult>}
 */
async function packed(result) {
  const played = await result
  const why = 'no Bun or no Deno on the PATH (`npm install --global bun deno`)'
  const output = played.tally.failed > 0 ? played.output : why
  const judged = withSkips({ ...played, output }, 'S3SCHED_REQUIRE_RUNTIMES')
  // What an installation weighs is shown after a success, too.
  const weight = join(root, 'tooling', 'package-checks', '.reports', 'weight.txt')
  if (!existsSync(weight)) return judged
  return { ...judged, remark: [judged.remark, readFileSync(weight, 'utf8').trimEnd()].filter(Boolean).join('\n') }
}

/** @returns {Promise<CheckResult>} */
function unit() {
  return runUnitTests((line, report, declared) => tests(line, [report], declared))
}

/** The tests of servers that take too long to build for a machine without them, `.ci/run` included. */
const OF_OPTIONAL_SERVERS = ['kubernetes.integration.test.ts', 'temporal.integration.test.ts']

/** @returns {Promise<CheckResult>} */
async function integration() {
  const line = /** @type {const} */ (['vitest', 'run', '--config', 'tooling/minio/integration.config.ts'])
  const report = join('.reports', 'integration.json')
  const result = await tests(line, [report])
  const read = readReport(join(root, report))
  return withSkips(result, 'S3SCHED_REQUIRE_MINIO', read === undefined ? 0 : countSkipped(read, OF_OPTIONAL_SERVERS))
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
 * Reports loudly the tests that this machine lacks something for; where the tests are required, each is a failure.
 *
 * @param {CheckResult} result
 * @param {string} requirement The environment variable that makes the tests required.
 * @param {number} [optional] The skipped tests that are not required even then.
 * @returns {CheckResult}
 */
export function withSkips(result, requirement, optional = 0) {
  const { failures = [], output, tally } = result
  if (tally.skipped === 0) return result
  const remark = `${tally.skipped} tests were skipped:\n${output}`
  const missing = tally.skipped - optional
  if (process.env[requirement] !== '1' || missing === 0) return { ...result, remark }
  return {
    tally: { ...tally, skipped: optional, failed: tally.failed + missing },
    output: remark,
    failures: [...failures, `${missing} tests were skipped in spite of ${requirement}=1`],
  }
}
