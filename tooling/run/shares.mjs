import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/**
 * @typedef {object} Share
 * @property {string} check
 * @property {number} plain The number of cases in a plain `npm test`.
 * @property {number} all The number of cases in CI.
 * @property {string} of What the cases are.
 */

/**
 * Says of which cases the checks have taken a share alone.
 *
 * @param {readonly { readonly name: string }[]} checks The checks that ran.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined} `undefined` if the checks have taken all
 */
export function describeShares(checks, env) {
  if (env['S3SCHED_SHARES'] === 'all') return undefined
  const taken = readShares().filter(({ check }) => checks.some(({ name }) => name === check))
  if (taken.length === 0) return undefined
  const counts = taken.map(({ all, of, plain }) => `${plain} of ${all} ${of}`)
  return `taken: ${counts.join(', ')}; CI takes all, and so does S3SCHED_SHARES=all`
}

/** @returns {Share[]} */
function readShares() {
  return Object.values(JSON.parse(readFileSync(join(root, 'tooling', 'vitest', 'shares.json'), 'utf8')))
}
