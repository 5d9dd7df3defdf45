/** `npm run mutants -- [name]`: runs the simulator on each mutant, and prints the seed or day of the first violation. */
import { hunt, huntLeak, type Catch } from './hunt.ts'
import { LEAKS } from './leaks.ts'
import { MUTANTS } from './mutants.ts'

const asked = process.argv[2]
let escaped = 0

function say(name: string, bound: string, { at, caughtBy }: Catch): void {
  if (at === undefined) escaped++
  console.log(`| ${name} | ${at ?? 'not seen'} | ${bound} | ${caughtBy ?? ''} |`)
}

for (const mutant of MUTANTS) {
  if (asked === undefined || asked === mutant.name) say(mutant.name, `${mutant.withinSeeds}`, await hunt(mutant))
}
for (const leak of LEAKS) {
  if (asked === undefined || asked === leak.name) say(leak.name, `${leak.withinDays} days`, await huntLeak(leak))
}
process.exitCode = escaped === 0 ? 0 : 1
