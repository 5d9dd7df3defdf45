import { run } from './child.mjs'
import { readAudit, together } from './read-audit.mjs'
import { packageManager, root } from './workspace.mjs'

/** Dependencies of the development that the builds pack into published packages. */
const PACKED = ['hyparquet', 'hyparquet-writer', 'yaml']

/**
 * Asks the registry for known vulnerabilities of the shipped packages. A registry without an answer says nothing about
 * the packages, so the missing answer is reported and does not fail.
 *
 * @returns {Promise<void>} Sets the exit code: 1 for any vulnerability.
 */
export async function runAudit() {
  const { findings, verdict } = together([
    readAudit(await audit('--prod')),
    readAudit(await audit('--dev'), (name) => PACKED.includes(name)),
  ])
  for (const finding of findings) console.log(finding)
  console.log(`audit: ${verdict}`)
  if (verdict === 'vulnerable') process.exitCode = 1
}

/**
 * @param {'--prod' | '--dev'} of
 * @returns {Promise<import('./child.mjs').RunResult>}
 */
function audit(of) {
  const pnpm = ['-y', '--loglevel=error', packageManager(), 'audit', of, '--json']
  return run('npx', pnpm, { cwd: root, env: process.env, timeoutMs: 120_000 })
}
