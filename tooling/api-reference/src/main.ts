// `node tooling/api-reference/src/main.ts`: names what lacks a description, and with `--pages` writes the API reference to
// dist/.
import { join } from 'node:path'
import { buildReference } from './build-reference.ts'
import { entryPoints } from './entry-points.ts'

const folder = join(import.meta.dirname, '..')
const root = join(folder, '..', '..')
const problems = await buildReference({
  root,
  entryPoints: entryPoints(root),
  tsconfig: join(folder, 'tsconfig.reference.json'),
  ...(process.argv.includes('--pages') ? { out: join(folder, 'dist') } : {}),
})
for (const problem of problems) console.error(problem)
if (problems.length > 0) {
  console.error(`the API reference has ${problems.length} problems: an exported thing needs a doc comment`)
  process.exitCode = 1
}
