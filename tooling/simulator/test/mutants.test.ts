import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { hunt } from '../src/mutants/hunt.ts'
import { KNOWN_SEEDS } from '../src/mutants/known-seeds.ts'
import { LEAKS } from '../src/mutants/leaks.ts'
import type { Mutant } from '../src/mutants/mutant.ts'
import { MUTANTS } from '../src/mutants/mutants.ts'
import { firstSeeds } from '../src/seeds.ts'
import { NOT_YET_KEPT } from '../src/switches.ts'

/** Mutants that need a longer hunt are left to `npm run mutants`. */
const QUICK = MUTANTS.filter(
  ({ breaks = '', name, withinSeeds }) => (withinSeeds <= 60 || name in KNOWN_SEEDS) && !NOT_YET_KEPT.has(breaks),
)

/** Spread over the list, whose neighbours break the same part of the protocol. */
const TAKEN = QUICK.filter((_, index) => (index * shareOf('mutants')) % QUICK.length < shareOf('mutants'))

it('the shares know the number of mutants', () => {
  expect(TAKEN).toHaveLength(shareOf('mutants'))
})

it.each(TAKEN.map((mutant) => [mutant.name, mutant] as const))('the checkers notice %s', async (name, mutant) => {
  const known = KNOWN_SEEDS[name]
  const { at } = await hunt(mutant, known)
  if (known !== undefined && at !== known)
    console.warn(`${name}: seen at seed ${at}, and not at ${known}; renew KNOWN_SEEDS`)
  expect(at, 'a seed that breaks the promise of the mutant, within the bound').toBeDefined()
})

it.each([...MUTANTS, ...LEAKS].map((mutant) => [mutant.name, mutant] as const))(
  'the text of the mutant %s stands once in its file',
  (_name, mutant) => {
    const { also } = mutant as Mutant
    for (const { file, find } of also === undefined ? [mutant] : [mutant, also]) {
      const source = readFileSync(new URL(`../../../packages/${file}`, import.meta.url), 'utf8')
      expect(source.split(find)).toHaveLength(2)
    }
  },
)

it('each known seed is of a mutant, and among the seeds of every run', () => {
  const names = new Set(MUTANTS.map(({ name }) => name))
  expect(Object.keys(KNOWN_SEEDS).filter((name) => !names.has(name))).toEqual([])
  expect(firstSeeds(shareOf('seeds'))).toEqual(expect.arrayContaining(Object.values(KNOWN_SEEDS)))
})
