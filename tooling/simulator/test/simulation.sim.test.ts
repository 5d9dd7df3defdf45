import { expect, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { drawPlan } from '../src/plan.ts'
import { firstSeeds } from '../src/seeds.ts'
import { simulate } from '../src/simulate.ts'

/** More by `S3SCHED_SEEDS`, or with `npm run sim -- --seeds`. */
const SEEDS = firstSeeds(Number(process.env['S3SCHED_SEEDS'] ?? shareOf('seeds')))

it(`no promise is broken in ${SEEDS.length} seeds`, { timeout: 1_200_000 }, async () => {
  let starts = 0
  for (const seed of SEEDS) {
    const { evidence, violations } = await simulate(drawPlan(seed))
    expect({ seed, violations }).toEqual({ seed, violations: [] })
    starts += evidence.calls.length
  }
  expect(starts / SEEDS.length, 'attempts started in each seed').toBeGreaterThan(20)
})

it('one seed gives one run', async () => {
  const plan = drawPlan(7)
  const first = await simulate(plan, { withTrace: true })
  const second = await simulate(plan, { withTrace: true })
  expect(first.trace.length).toBeGreaterThan(200)
  expect(second.trace).toEqual(first.trace)
})
