import { join } from 'node:path'
import { Interrupted, run } from './child.mjs'
import { env, install, root } from './workspace.mjs'

/**
 * Prepares the repository, quietly unless it fails, and hands over to apps/demo.
 *
 * @param {readonly string[]} args passed on as they are
 * @returns {Promise<void>} Sets the exit code to the demo's.
 */
export async function runDemo(args) {
  try {
    const prepared = (await step('installing', install)) && (await step('building', build))
    if (!prepared) process.exitCode = 1
    else {
      const demo = await run('node', [join('apps', 'demo', 'src', 'main.ts'), ...args], { cwd: root, env, show: true })
      process.exitCode = demo.code
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
}

function build() {
  const args = ['run', 'build', '--filter=@s3sched-apps/demo...', '--output-logs=errors-only', '--ui=stream']
  return run('turbo', args, { cwd: root, env })
}

/**
 * @param {string} name
 * @param {() => Promise<import('./child.mjs').RunResult>} work
 */
async function step(name, work) {
  console.log(`${name} …`)
  const { code, output } = await work()
  if (code !== 0) console.error(`${output.trim()}\n\n${name} failed with exit code ${code}`)
  return code === 0
}
