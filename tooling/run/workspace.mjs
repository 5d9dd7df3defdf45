import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'

/** The root folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const DEMO = join(root, 'apps', 'demo')

/** What the tools see: the repository's own Node and programs first, and no calls home. */
export const env = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), join(DEMO, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  // Most processes here are a Node that loads hundreds of sources: from the cache it takes a third of the time.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
  // What fails is shown later, from what was kept; a file or a CI log should have no escape codes in it.
  ...(process.stdout.isTTY && process.env['NO_COLOR'] === undefined
    ? { FORCE_COLOR: '1' }
    : { NO_COLOR: '1', FORCE_COLOR: undefined }),
  // The Node that the user has; the packed packages are tried under it too.
  S3SCHED_USERS_NODE: process.execPath,
  S3SCHED_USERS_NODE_VERSION: process.version,
}

/**
 * Whether anything was installed before: by {@link installDemo} at least, or by {@link install}.
 * @param {boolean} isDemoEnough
 */
export function isInstalled(isDemoEnough) {
  const isWhole = existsSync(join(root, 'node_modules', '.bin', 'vitest'))
  return isWhole || (isDemoEnough && existsSync(join(DEMO, 'node_modules', '.bin', 'node')))
}

/**
 * Gets pnpm through npx, at the version that package.json names, puts it on {@link env}'s PATH (turbo starts every
 * script by it), and installs what the lockfile says. About two seconds when everything is there.
 *
 * @returns {Promise<import('./child.mjs').RunResult>}
 */
export function install() {
  return pnpmInstall([])
}

/**
 * Installs what the demo and the command line need to run, and a Node: a fifth of all. Where more was installed, pnpm
 * would take that away.
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
  const found = await run('npx', npx, { cwd: root, env: process.env, timeoutMs })
  if (found.code !== 0) return found
  const pnpmFolder = found.output.trim().split('\n').at(-1)?.split(delimiter)[0]
  env.PATH = `${env.PATH}${delimiter}${pnpmFolder}`
  const PATH = `${pnpmFolder}${delimiter}${process.env['PATH'] ?? ''}`
  // CI: pnpm must not ask before it replaces a node_modules folder of another layout.
  return run('pnpm', ['install', '--frozen-lockfile', ...selection], {
    cwd: root,
    env: { ...process.env, PATH, CI: 'true' },
    timeoutMs,
  })
}

/** pnpm with its version, as package.json names it. */
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
