import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const DEMO = join(root, 'apps', 'demo')

/** The environment of the tools: the repository's own Node and programs first, and no calls home. */
export const env = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), join(DEMO, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  // Most processes here are a Node that loads hundreds of sources: a cached load takes a third of the time.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
  // Failures are shown later, from the kept output; a file or a CI log should have no escape codes.
  ...(process.stdout.isTTY && process.env['NO_COLOR'] === undefined
    ? { FORCE_COLOR: '1' }
    : { NO_COLOR: '1', FORCE_COLOR: undefined }),
  // The user's own Node; the packed packages are tried under it too.
  S3SCHED_USERS_NODE: process.execPath,
  S3SCHED_USERS_NODE_VERSION: process.version,
  // A part of the key of the models' result in turbo's cache: without these programs the models are skipped.
  HAS_SPIN: String(['spin', 'cc'].every(isOnPath)),
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/**
 * True when {@link installDemo} at least, or {@link install}, has run before.
 * @param {boolean} isDemoEnough
 */
export function isInstalled(isDemoEnough) {
  const isWhole = existsSync(join(root, 'node_modules', '.bin', 'vitest'))
  return isWhole || (isDemoEnough && existsSync(join(DEMO, 'node_modules', '.bin', 'node')))
}

/**
 * Gets pnpm through npx, at the version in package.json, puts pnpm on {@link env}'s PATH (turbo starts every script by
 * this PATH), and installs the packages of the lockfile. About two seconds when everything is there.
 *
 * @returns {Promise<import('./child.mjs').RunResult>}
 */
export function install() {
  return pnpmInstall([])
}

/**
 * Installs the dependencies of the demo and the command line, and a Node: a fifth of all. After a larger installation,
 * pnpm would remove the rest.
 */
export function installDemo() {
  return pnpmInstall(['--prod', '--filter-prod', '@s3sched-apps/demo...'])
}

/**
 * @param {readonly string[]} selection
 * @returns {Promise<import('./child.mjs').RunResult>}
 */
async function pnpmInstall(selection) {
  const timeoutMs = 15 * 60_000
  const npx = ['-y', '--loglevel=error', `--package=${packageManager()}`, '--', 'node', '-p', 'process.env.PATH']
  const found = await inEmptyProject((cwd) => run('npx', npx, { cwd, env: process.env, timeoutMs }))
  if (found.code !== 0) return found
  const pnpmFolder = found.output.trim().split('\n').at(-1)?.split(delimiter)[0]
  env.PATH = `${env.PATH}${delimiter}${pnpmFolder}`
  const PATH = `${pnpmFolder}${delimiter}${process.env['PATH'] ?? ''}`
  // CI: pnpm must not ask before replacing a node_modules folder of another layout.
  return run('pnpm', ['install', '--frozen-lockfile', ...selection], {
    cwd: root,
    env: { ...process.env, PATH, CI: 'true' },
    timeoutMs,
  })
}

/**
 * Inside of the repository, npx would first read the tree of all its packages: two seconds of CPU before each run. In a
 * folder of everybody, npx would take the packages that anybody has left there.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function inEmptyProject(work) {
  const folder = mkdtempSync(join(tmpdir(), 's3sched-npx-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{}')
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** pnpm with its version from package.json. */
export function packageManager() {
  return readJson('package.json').packageManager
}

/**
 * The folders of all workspace packages that have a script of this name, relative to the root.
 * @param {string} script
 * @returns {string[]}
 */
export function foldersWithScript(script) {
  return ['apps', 'packages', 'tooling']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)))
    .filter((folder) => {
      try {
        return readJson(join(folder, 'package.json')).scripts?.[script] !== undefined
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return false
        throw error
      }
    })
}

/**
 * @param {string} path relative to the root
 * @returns {{ packageManager: string, scripts?: Record<string, string> }}
 */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
