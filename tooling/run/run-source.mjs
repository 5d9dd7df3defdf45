import { Interrupted, run } from './child.mjs'
import { env, install, installDemo, isInstalled, root } from './workspace.mjs'

/** The programs with no more dependencies than the demo. */
const LIGHT = ['apps/demo/src/main.ts', 'packages/cli/src/main.ts']

/**
 * Installs the missing dependencies of a program of the repository, quietly unless the installation fails, and runs the
 * program from its source under the repository's own Node: the user's Node may be too old for TypeScript.
 *
 * @param {readonly string[]} line the program's file, relative to the root, and its arguments
 * @returns {Promise<void>} Sets the exit code to the program's.
 */
export async function runSource([file = '', ...args]) {
  try {
    const isReady = isInstalled(LIGHT.includes(file)) || (await prepare(LIGHT.includes(file)))
    if (!isReady) process.exitCode = 1
    else {
      const program = ['--conditions=@s3sched/source', file, ...args]
      process.exitCode = (await run('node', program, { cwd: root, env, show: true })).code
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
}

/** @param {boolean} isLight */
async function prepare(isLight) {
  console.log('installing …')
  const { code, output } = await (isLight ? installDemo() : install())
  if (code !== 0) console.error(`${output.trim()}\n\ninstalling failed with exit code ${code}`)
  return code === 0
}
