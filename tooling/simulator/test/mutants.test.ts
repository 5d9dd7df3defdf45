import { expect, it } from 'vitest'
import { hunt } from '../src/mutants/hunt.ts'
import { MUTANTS } from '../src/mutants/mutants.ts'

/** Those that need more seeds are left to `node src/mutants/main.ts`. */
const QUICK = MUTANTS.filter(({ withinSeeds }) => withinSeeds <= 20)

it.each(QUICK.map((mutant) => [mutant.name, mutant] as const))(
  'the checkers notice %s',
  { timeout: 300_000 },
  async (_name, mutant) => {
    const { seed } = await hunt(mutant)
    expect(seed).toBeLessThanOrEqual(mutant.withinSeeds)
  },
)
