import { expect, it } from 'vitest'
import { hunt } from '../src/mutants/hunt.ts'
import { MUTANTS } from '../src/mutants/mutants.ts'

/** Those that need more seeds are left to `pnpm mutants`. */
const QUICK = MUTANTS.filter(({ withinSeeds }) => withinSeeds <= 60)

it.each(QUICK.map((mutant) => [mutant.name, mutant] as const))(
  'the checkers notice %s',
  { timeout: 300_000 },
  async (_name, mutant) => {
    const { at } = await hunt(mutant)
    expect(at).toBeLessThanOrEqual(mutant.withinSeeds)
  },
)
