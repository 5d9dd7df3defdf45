/** `node src/mutants/main.ts [name]`: runs the simulator on each mutant, and prints within how many seeds it was caught. */
import { hunt } from './hunt.ts'
import { MUTANTS } from './mutants.ts'

const asked = process.argv[2]
let escaped = 0
for (const mutant of MUTANTS) {
  if (asked !== undefined && asked !== mutant.name) continue
  const { caughtBy, seed } = await hunt(mutant)
  if (seed === undefined) escaped++
  console.log(
    `| ${mutant.name} | ${seed ?? `not within ${mutant.withinSeeds}`} | ${mutant.withinSeeds} | ${caughtBy ?? ''} |`,
  )
}
process.exitCode = escaped === 0 ? 0 : 1
