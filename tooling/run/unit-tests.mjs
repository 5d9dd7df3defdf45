import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from './child.mjs'
import { add, NOTHING, readReport, tallyOf } from './vitest-report.mjs'
import { env, root } from './workspace.mjs'

/**
 * The unit tests of all packages, in one run of vitest.
 *
 * A run for each package would start vitest and load the sources anew 35 times, in turbo's order, with the longest
 * package last and alone. Turbo tells which packages have changed, by the hash of all that the task `test` depends on:
 * the results of the others are kept in a file for each hash.
 */

const CONFIG = join('tooling', 'vitest', 'unit.config.ts')
const REPORT = join('.reports', 'unit.json')
const KEPT = join(root, 'node_modules', '.cache', 'unit')

/** The variables that the tests see: what turbo hashes, and what says where this machine has its things. */
const DECLARED =
  /^(?:S3SCHED_.*|CI|PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_ALL|TZ|TMPDIR|TERM|NO_COLOR|FORCE_COLOR|NODE_COMPILE_CACHE)$/

/**
 * @typedef {import('./checks.mjs').CheckResult} CheckResult
 * @typedef {import('./vitest-report.mjs').VitestReport} VitestReport
 *
 * @typedef {object} UnitTask The tests of a package.
 * @property {string} directory such as `packages/lock`
 * @property {string} hash
 */

/**
 * @param {(line: readonly [string, ...string[]], report: string, env: NodeJS.ProcessEnv) => Promise<CheckResult>} tests
 * runs vitest and reads the report
 * @returns {Promise<CheckResult>}
 */
export async function runUnitTests(tests) {
  const tasks = await unitTasks()
  const kept = tasks.map(({ hash }) => (mayKnow(env) ? readReport(keptIn(hash)) : undefined))
  const changed = tasks.filter((_, index) => kept[index] === undefined)
  const known = kept.reduce((sum, report) => (report === undefined ? sum : add(sum, tallyOf(report))), NOTHING)
  const unchanged = tasks.length - changed.length
  const remark =
    unchanged === 0 ? undefined : `${unchanged} of ${tasks.length} packages have not changed since they passed`
  if (changed.length === 0) return { tally: known, output: '', remark }
  const declared = Object.fromEntries(Object.entries(env).filter(([name]) => DECLARED.test(name)))
  const result = await tests(lineOf(changed), REPORT, declared)
  const report = readReport(join(root, REPORT))
  if (report === undefined) return { ...result, tally: add(known, result.tally) }
  mkdirSync(KEPT, { recursive: true })
  for (const [hash, part] of resultsToKeep(report, result.tally.failed, changed)) keep(hash, part)
  const problems = untestedIn(report, changed).map((folder) => `${folder}: none of its tests ran`)
  return {
    tally: add(add(known, result.tally), { ...NOTHING, failed: problems.length }),
    output: [result.output, ...problems].join('\n'),
    remark,
    failures: [...(result.failures ?? []), ...problems],
  }
}

/**
 * False where the tests are to run whatever passed before: by turbo's own variable, or with other random cases each time.
 *
 * @param {NodeJS.ProcessEnv} variables
 */
export function mayKnow({ S3SCHED_PROPERTY_SEED, TURBO_FORCE }) {
  return S3SCHED_PROPERTY_SEED !== 'random' && !['true', '1'].includes(TURBO_FORCE ?? '')
}

/**
 * Three processes for two cores: some tests wait for processes and leases. A slash ends a name that begins another, and
 * only failed tests show what they printed.
 *
 * @param {readonly UnitTask[]} tasks
 * @returns {[string, ...string[]]}
 */
function lineOf(tasks) {
  const workers = Math.ceil(1.5 * availableParallelism())
  const folders = tasks.map(({ directory }) => `${directory}/`)
  return ['vitest', 'run', '--config', CONFIG, `--maxWorkers=${workers}`, '--silent=passed-only', ...folders]
}

/** @returns {Promise<UnitTask[]>} of all packages with the script `test` */
async function unitTasks() {
  const { code, output } = await run('turbo', ['run', 'test', '--dry=json'], { cwd: root, env, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`turbo told no hashes:\n${output}`)
  const { tasks } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
  return tasks.filter(isOfScript)
}

/**
 * Turbo also names the tasks that others depend on, and packages without the script.
 *
 * @param {{ task: string, command: string }} task
 */
function isOfScript({ command, task }) {
  return task === 'test' && command !== '<NONEXISTENT>'
}

/**
 * The results of the packages that passed, and none where a failure belongs to no file, such as an exit code without a
 * failed test: its cause may lie in any.
 *
 * @param {VitestReport} report
 * @param {number} failed the failures of the run, in the report and outside of it
 * @param {readonly UnitTask[]} tasks
 * @returns {(readonly [hash: string, result: VitestReport])[]}
 */
export function resultsToKeep(report, failed, tasks) {
  const parts = tasks.map(({ directory, hash }) => /** @type {const} */ ([hash, partOf(report, directory)]))
  const named = parts.reduce((sum, [, { failures }]) => sum + failures.length, 0)
  return named < failed ? [] : parts.filter(([, part]) => hasTests(part) && part.failures.length === 0)
}

/**
 * @param {VitestReport} report
 * @param {string} folder
 * @returns {VitestReport}
 */
function partOf({ failures, passed, skipped }, folder) {
  const isInside = (/** @type {string} */ text) => text.startsWith(`${folder}/`)
  const inside = (/** @type {Readonly<Record<string, number>>} */ counts) =>
    Object.fromEntries(Object.entries(counts).filter(([file]) => isInside(file)))
  return { passed: inside(passed), skipped: inside(skipped), failures: failures.filter(isInside) }
}

/** @param {VitestReport} report */
function hasTests({ failures, passed, skipped }) {
  return [failures, passed, skipped].some((each) => Object.keys(each).length > 0)
}

/**
 * The packages without any test in the report of their run, such as after a move of all tests to another folder.
 *
 * @param {VitestReport} report
 * @param {readonly UnitTask[]} tasks
 */
export function untestedIn(report, tasks) {
  return tasks.map(({ directory }) => directory).filter((folder) => !hasTests(partOf(report, folder)))
}

/**
 * Writes whole files only: a run may end in the midst.
 *
 * @param {string} hash
 * @param {VitestReport} result
 */
function keep(hash, result) {
  const draft = `${keptIn(hash)}.${process.pid}`
  writeFileSync(draft, JSON.stringify(result))
  renameSync(draft, keptIn(hash))
}

/** @param {string} hash */
function keptIn(hash) {
  return join(KEPT, `${hash}.json`)
}
