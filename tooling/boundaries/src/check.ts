import { fileURLToPath } from 'node:url'
import { readBoundaries } from './read-boundaries.ts'

const { modules, problems } = await readBoundaries(fileURLToPath(new URL('../../..', import.meta.url)))
for (const problem of problems) console.error(problem)
const read = Object.values(modules).reduce((sum, count) => sum + count, 0)
console.log(`${read} modules of ${Object.keys(modules).length} packages read, ${problems.length} problems`)
if (problems.length > 0) process.exitCode = 1
