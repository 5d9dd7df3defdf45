/** Runs the blocks of the dashboard's README, word for word, in the real frameworks. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeBlocks } from '../../readme/src/code-blocks.ts'
import type { Framework } from './frameworks.ts'
import { startPrograms, type Programs } from './start-programs.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const README = join('packages', 'dashboard', 'README.md')
const FLEET = pathToFileURL(join(ROOT, 'packages', 'dashboard', 'test', 'fleet', 'sample-fleet.ts')).href

/** @throws when the README has no such block, or the process ends before all listen, with its output */
export function startMounted(frameworks: readonly Framework[]): Promise<Programs> {
  return startPrograms('dashboard', new Map(frameworks.map((framework) => [framework.name, programOf(framework)])))
}

/** The code of a page's block that is marked as taking `takes`. */
export function blockThatTakes(takes: string, page: string): string {
  const block = codeBlocks(readFileSync(join(ROOT, page), 'utf8')).find(({ noRun }) =>
    new RegExp(String.raw`^takes ${takes}\b`).test(noRun ?? ''),
  )
  if (block === undefined) throw new Error(`${page} has no block that takes ${takes}`)
  return block.code
}

/** The test needs the buttons, and a README should not teach to allow buttons to everybody. */
function programOf({ after, before, takes }: Framework): string {
  return `import { createDashboard as create } from '@s3sched/dashboard'
import { createSampleFleet } from ${JSON.stringify(FLEET)}
${before}
const { store } = await createSampleFleet({ jobs: 3, runs: 12 })
const createDashboard = (connection, options) => create(connection, { ...options, readOnly: false })
${blockThatTakes(takes, README)}
${after}
`
}
