import { run } from './child.mjs'
import { readAudit } from './read-audit.mjs'
import { packageManager, root } from './workspace.mjs'

/**
 * Asks the registry for known vulnerabilities of the shipped packages. A registry without an answer says nothing about
 * the packages, so the missing answer is reported and does not fail.
 *
 * @returns {Promise<void>} Sets the exit code: 1 for any vulnerability.
 */
export async function runAudit() {
  const pnpm = ['-y', '--loglevel=error', packageManager(), 'audit', '--prod', '--json']
  const audit = await run('npx', pnpm, { cwd: root, env: process.env, timeoutMs: 120_000 })
  const { findings, verdict } = readAudit(audit)
  for (const finding of findings) console.log(finding)
  console.log(`audit: ${verdict}`)
  if (verdict === 'vulnerable') process.exitCode = 1
}
